using System.Text.Json.Nodes;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>What <c>mesonet bench copy</c> measured.</summary>
/// <param name="Homes">How many homes there were.</param>
/// <param name="Files">How many files the course had.</param>
/// <param name="FirstCopySeconds">Each home got its copy, with a git history.</param>
/// <param name="UpdateSeconds">Half of the files changed.</param>
/// <param name="UnchangedSeconds">Nothing changed.</param>
/// <param name="PlainCopySeconds">The ceiling: <c>cp -R</c> of the same files, as often.</param>
/// <param name="Updated">Homes that were updated without a conflict.</param>
/// <param name="Conflicts">Homes with a conflict.</param>
internal sealed record CopyReport(
    int Homes, int Files, double FirstCopySeconds, double UpdateSeconds, double UnchangedSeconds, double PlainCopySeconds, int Updated, int Conflicts)
{
    public string ToJson() => new JsonObject
    {
        ["homes"] = Homes, ["files"] = Files,
        ["firstCopySeconds"] = Math.Round(FirstCopySeconds, 2), ["updateSeconds"] = Math.Round(UpdateSeconds, 2), ["unchangedSeconds"] = Math.Round(UnchangedSeconds, 2),
        ["plainCopySeconds"] = Math.Round(PlainCopySeconds, 2), ["updated"] = Updated, ["conflicts"] = Conflicts,
    }.ToJsonString();

    public void Print(TextWriter output)
    {
        output.WriteLine($"{Homes} homes, {Files} files");
        output.WriteLine($"  first copy, with history  {FirstCopySeconds,7:0.00} s");
        output.WriteLine($"  update of half the files  {UpdateSeconds,7:0.00} s   {Updated} updated, {Conflicts} with a conflict");
        output.WriteLine($"  nothing changed           {UnchangedSeconds,7:0.00} s");
        output.WriteLine($"  cp -R of the same files   {PlainCopySeconds,7:0.00} s   one after the other, without history: the ceiling");
    }
}

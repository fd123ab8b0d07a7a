using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.LocalCluster.Processes;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>What the script says on a machine, or to a user, that cannot have a local cluster.</summary>
public sealed class PreconditionTests
{
    [Theory]
    [InlineData("up")]
    [InlineData("test")]
    [InlineData("bench")]
    public async Task Somebody_without_root_is_told_before_anything_is_started(string command)
    {
        var folder = Directory.CreateTempSubdirectory();
        File.SetUnixFileMode(
            folder.FullName,
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var script = Path.Combine(folder.FullName, "mesonet");
        File.Copy(Path.Combine(LocalSite.RepositoryRoot, "mesonet"), script);
        var result = await Command.TryRunAsync("setpriv", ["--reuid", "65534", "--clear-groups", "bash", script, command], CancellationToken.None);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"'{command}' needs root", result.Errors, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("--name=Not_A_Name", "--name takes one to ten lowercase letters and digits.")]
    [InlineData("--fake-resource=gpu", "write it as nvidia.com/gpu=4")]
    public async Task A_wrong_option_is_told_with_what_it_takes(string option, string sentence)
    {
        var result = await Command.TryRunAsync("bash", [Path.Combine(LocalSite.RepositoryRoot, "mesonet"), "up", option], CancellationToken.None);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(sentence, result.Errors + result.Output, StringComparison.Ordinal);
    }
}

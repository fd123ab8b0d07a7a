using System.Runtime.CompilerServices;

namespace MesoNet.IAaS.UnitTests.Portal;

/// <summary>A file that people upload, beside what is expected of it, in a folder. With MESONET_ACCEPT=1 what is expected is written instead of compared.</summary>
internal sealed record TextCase(string Folder, string Name)
{
    public static TheoryData<string> Names(string folder) =>
        [.. Directory.EnumerateDirectories(Path.Combine(Root(), folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public byte[] Given(string file) => File.ReadAllBytes(Path.Combine(Root(), Folder, Name, file));

    public void AssertExpected(string actual)
    {
        var path = Path.Combine(Root(), Folder, Name, "expected.yaml");
        if (Environment.GetEnvironmentVariable("MESONET_ACCEPT") == "1") File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual, ignoreLineEndingDifferences: true);
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, ".."));
}

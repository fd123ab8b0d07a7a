using System.Runtime.CompilerServices;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>The Python files that a notebook's pod mounts, run here.</summary>
internal static class NotebookPython
{
    /// <summary>Where they lie.</summary>
    public static string Folder { get; } = Files();

    /// <summary>Runs a script that may import them; returns what it prints.</summary>
    public static string Run(DirectoryInfo home, string script) =>
        CourseVolume.Run("env", $"HOME={home.FullName}", $"PYTHONPATH={Folder}", "PYTHONDONTWRITEBYTECODE=1", "PYTHONIOENCODING=utf-8", "python3", "-c", script).TrimEnd('\n');

    private static string Files([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "..", "src", "MesoNet.IAaS.Planning", "Notebook", "files", "python"));
}

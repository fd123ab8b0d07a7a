using System.Diagnostics;
using System.Globalization;
using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests;

/// <summary>A file system in memory over a folder, in a mount namespace of its own: only what is started by <see cref="Wrapper"/> sees it, and it goes with this.</summary>
public sealed class Tmpfs : IDisposable
{
    /// <summary>A script that makes a million names in the folder that it is in. Of few files, as only names cost a student nothing.</summary>
    public const string AMillionFiles = "python3 -c 'import os; open(\"n0\", \"w\").close(); [os.link(\"n0\", \"n%d\" % i) for i in range(1, 1000000)]'";

    private readonly Process holding;

    /// <summary>Mounts it.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="options">How large, and what else mount is told.</param>
    public Tmpfs(string folder, string options)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo("unshare", ["--mount", "sh", "-c", $"mount -t tmpfs -o {options} tmpfs '{folder}' && echo mounted && read -r _"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        holding = Process.Start(start)!;
        Assert.Equal("mounted", holding.StandardOutput.ReadLine());
    }

    /// <summary>What a command is started by that is to see it.</summary>
    public IReadOnlyList<string> Wrapper => ["nsenter", string.Create(CultureInfo.InvariantCulture, $"--mount=/proc/{holding.Id}/ns/mnt")];

    /// <summary>What a script says that sees it.</summary>
    public string Run(string script) => CourseVolume.Run(Wrapper[0], [Wrapper[1], "bash", "-c", $"set -e; {script}"]);

    public void Dispose()
    {
        holding.StandardInput.Close();
        holding.WaitForExit();
        holding.Dispose();
    }
}

using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>What runs in a workspace's pod when its volume fills up, run here: what is told, to whom, and how JupyterLab starts.</summary>
public sealed class VolumeProgramTests : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("mesonet-volume-");

    public void Dispose() => home.Delete(recursive: true);

    [Fact]
    public void What_the_file_system_says_is_told_as_it_is()
    {
        var answer = Python("""
            import os
            from mesonet_workspace import volume
            found = volume.look(os.environ["HOME"])
            print(sorted(found), 0 < found["available"] <= found["whole"], found["filesAvailable"] <= found["files"], volume.look("/no/such/folder"))
            """);
        Assert.Equal("['available', 'files', 'filesAvailable', 'whole'] True True None", answer);
    }

    /// <summary>What is left of 50 GiB (in MiB), look after look, and what is told.</summary>
    [Theory]
    [InlineData("30000", "-")]
    [InlineData("5000 5130 6200", "5000n 5000n -")]
    [InlineData("5000 4000 3000 2000 1500", "5000n 5000n 5000n 2000n 2000n")]
    [InlineData("500 600 1010 1100", "500f 500f 1010f 1100n")]
    [InlineData("200 0 30000", "200f 200f -")]
    public void It_is_told_once_and_again_where_clearly_less_or_more_is_left(string looks, string told)
    {
        var answer = Python($$"""
            from mesonet_workspace import volume
            looks = [int(look) << 20 for look in "{{looks}}".split()]
            room = volume.Room("", lambda _: {"available": looks.pop(0), "whole": 100 << 30, "filesAvailable": 0, "files": 0})
            said = [room.look(50 << 30) for _ in looks[:]]
            print(*("-" if told is None else str(told["left"] >> 20) + ("f" if told["full"] else "n") for told in said))
            """);
        Assert.Equal(told, answer);
    }

    [Fact]
    public void A_file_system_that_does_not_answer_changes_nothing_and_files_can_be_what_is_used_up()
    {
        var answer = Python("""
            from mesonet_workspace import volume
            looks = [{"available": 90, "whole": 100, "filesAvailable": 1234, "files": 1000000}, None, {"available": 0, "whole": 0, "filesAvailable": 0, "files": 0}]
            room = volume.Room("", lambda _: looks.pop(0))
            for _ in looks[:]:
                told = room.look(None)
                print(told["full"], told["unit"], told["french"], "/", told["english"])
            """);
        Assert.Equal(string.Join('\n', Enumerable.Repeat("True files 1\u202f234\u00a0fichiers sur 1\u202f000\u202f000\u00a0fichiers / 1,234 files of 1,000,000 files", 3)), answer);
    }

    [Fact]
    public void The_notice_is_in_both_languages_with_their_typography()
    {
        foreach (var (full, french, english) in new[] { ("True", "# Le volume de votre espace de recherche est plein\n", "# The volume of your research workspace is full\n"), ("False", "# Le volume de votre espace de recherche est presque plein\n", "# The volume of your research workspace is nearly full\n") })
        {
            var text = Python($$"""from mesonet_workspace import volume; print(volume.text({"full": {{full}}, "french": "1,2\u00a0Go sur 50\u00a0Go", "english": "1.2 GB of 50 GB"}))""");
            Assert.StartsWith(french, text, StringComparison.Ordinal);
            Assert.Contains(english, text, StringComparison.Ordinal);
            Assert.Contains("Il reste **1,2\u00a0Go sur 50\u00a0Go**.", text, StringComparison.Ordinal);
            foreach (var sign in ":;!?") Assert.DoesNotContain($" {sign}", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_operators_question_is_answered_with_the_volume_in_a_workspace_and_without_it_in_a_seat()
    {
        const string script = """
            import runpy, sys
            if "{0}": sys.modules["mesonet_workspace"] = None
            main = runpy.run_module("mesonet_seat.__main__")
            main["work"].SAMPLE_SECONDS = 0
            main["work"].processor_share = lambda without: 0
            import os
            print(sorted(main["answer"]({"pid": 1, "home": os.environ["HOME"], "busyKernels": 0, "lastActivity": None, "opened": False})))
            """;
        Assert.Equal("['busy', 'lastWorkAt', 'opened', 'volume', 'why']", Python(script.Replace("{0}", "", StringComparison.Ordinal)));
        Assert.Equal("['busy', 'lastWorkAt', 'opened', 'why']", Python(script.Replace("{0}", "seat", StringComparison.Ordinal)));
    }

    [Fact]
    public void JupyterLab_starts_and_kernels_do_on_a_volume_that_takes_nothing_more()
    {
        const string usual = """
            import os, runpy
            from mesonet_seat import lab
            os.execvpe = lambda file, arguments, variables: print(variables["JUPYTER_RUNTIME_DIR"], variables.get("IPYTHONDIR"))
            runpy.run_path(lab.__file__, run_name="__main__")
            """;
        Assert.Equal("/tmp/jupyter-runtime None", Python(usual));
        Assert.Equal("log\npid\nsecurity\nstartup\n", CourseVolume.Run("ls", Path.Combine(home.FullName, ".ipython/profile_default")));
        Assert.Equal("/chosen /own", Python("import os; os.environ.update(JUPYTER_RUNTIME_DIR='/chosen', IPYTHONDIR='/own')\n" + usual));

        // No room for Jupyter's own note that it has looked for IPython's folder.
        const string full = "import os; from types import SimpleNamespace; os.statvfs = lambda _: SimpleNamespace(f_bavail=3, f_frsize=4096)\n";
        Assert.Equal("/tmp/jupyter-runtime /tmp/ipython", Python(full + usual));
        Directory.CreateDirectory(Path.Combine(home.FullName, ".jupyter"));
        File.WriteAllText(Path.Combine(home.FullName, ".jupyter/migrated"), "");
        Assert.Equal("/tmp/jupyter-runtime None", Python(full + usual));

        // A file where the folder would be made: nothing can be written there, by root neither.
        Directory.Delete(Path.Combine(home.FullName, ".ipython"), recursive: true);
        File.WriteAllText(Path.Combine(home.FullName, ".ipython"), "");
        Assert.Equal("/tmp/jupyter-runtime /tmp/ipython", Python(usual));
    }

    [Fact]
    public void A_pod_that_was_made_before_there_were_these_files_starts_with_the_others_as_they_are_now()
    {
        const string starting = """
            import os, sys
            sys.modules["mesonet_seat.lab"] = {0}
            from mesonet_workspace import packages
            packages.prepare = packages.keep_in_shells = lambda *_: None
            os.execvpe = lambda file, arguments, variables: print(arguments[1:], "JUPYTER_RUNTIME_DIR" in variables)
            sys.argv = ["packages.py", "--no-browser"]
            packages.main()
            """;
        Assert.Equal("['-m', 'jupyterlab', '--no-browser'] False", Python(starting.Replace("{0}", "None", StringComparison.Ordinal)));
        Assert.Equal("['-m', 'jupyterlab', '--no-browser'] True", Python(starting.Replace("sys.modules[\"mesonet_seat.lab\"] = {0}", "", StringComparison.Ordinal)));
    }

    private string Python(string script) => NotebookPython.Run(home, script);
}

using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>What runs in a workspace's pod, run here: the notice, what is done when it is told, and its environment for packages.</summary>
public sealed class WorkspaceProgramTests : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("mesonet-workspace-");

    public void Dispose() => home.Delete(recursive: true);

    [Theory]
    [InlineData("2026-11-23T17:00:00+01:00 lesson", "2026-11-23 17:00:00+01:00 lesson")]
    [InlineData("2026-11-23T16:00:00+00:00 stop", "2026-11-23 16:00:00+00:00 stop")]
    [InlineData("2026-11-23T17:00:00+01:00", "2026-11-23 17:00:00+01:00 None")]
    [InlineData("2026-11-23T17:00:00+01:00 whatever", "None None")]
    public void The_annotation_says_when_and_why(string annotation, string expected) => Assert.Equal(
        expected, Python($"from mesonet_seat import ending; print(ending.parse_end('{annotation}'), ending.split('{annotation}')[1])"));

    [Fact]
    public void The_notice_of_each_reason_is_in_both_languages_and_a_seats_is_as_it_was()
    {
        foreach (var reason in new[] { "lesson", "hours", "end", "idle" })
        {
            var text = Python($"from datetime import datetime; from mesonet_seat import notice; print(notice.text(datetime(2026, 11, 23, 17, 0), '{reason}'))");
            Assert.Contains("Votre espace de recherche s’arrête à 17\u00a0h\u00a000", text, StringComparison.Ordinal);
            Assert.Contains("Your research workspace stops at 17:00", text, StringComparison.Ordinal);
        }

        Assert.Contains("Votre séance se termine à 17\u00a0h\u00a000", Python("from datetime import datetime; from mesonet_seat import notice; print(notice.text(datetime(2026, 11, 23, 17, 0)))"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_is_named_gets_SIGUSR1_and_the_command_is_run_in_the_home()
    {
        var answer = Python($$"""
            import json, logging, os, signal, subprocess, sys, time
            from mesonet_workspace import leaving
            home = "{{home.FullName}}"
            with open(home + "/train.py", "w") as file:
                file.write("import signal, sys\nsignal.signal(signal.SIGUSR1, lambda *_: (print('saved', flush=True), sys.exit(0)))\nprint('up', flush=True)\nsignal.pause()\n")
            training = subprocess.Popen([sys.executable, home + "/train.py"], stdout=subprocess.PIPE, text=True)
            assert training.stdout.readline() == "up\n"
            os.environ["MESONET_YIELD_SIGNAL"] = "train.py"
            os.environ["MESONET_ON_YIELD"] = json.dumps(["sh", "-c", "pwd; touch done"])
            leaving.tell(home, logging.getLogger())
            print(training.stdout.readline().strip(), training.wait())
            while not os.path.exists(home + "/done"):
                time.sleep(0.01)
            print(open(home + "/.mesonet/on-yield.log").read().splitlines()[1] == os.path.realpath(home))
            """);
        Assert.Equal("saved 0\nTrue", answer);
    }

    [Fact]
    public void Who_starts_or_reads_the_program_that_is_named_and_does_not_handle_SIGUSR1_lives_on()
    {
        var answer = Python($$"""
            import logging, os, subprocess, sys
            from mesonet_workspace import leaving
            home = "{{home.FullName}}"
            with open(home + "/train.py", "w") as file:
                file.write("import signal\nprint('up', flush=True)\nsignal.pause()\n")
            training = subprocess.Popen([sys.executable, home + "/train.py"], stdout=subprocess.PIPE, text=True)
            reader = subprocess.Popen(["tail", "-f", home + "/train.py"], stdout=subprocess.PIPE, text=True)
            assert training.stdout.readline() == "up\n" and reader.stdout.readline() == "import signal\n"
            os.environ["MESONET_YIELD_SIGNAL"] = "train.py"
            leaving.tell(home, logging.getLogger())
            for process in (training, reader):
                process.terminate()
                print("ended by", -process.wait())
            """);
        // SIGTERM, and not SIGUSR1, which came first.
        Assert.Equal("ended by 15\nended by 15", answer);
    }

    [Fact]
    public void The_server_tells_once_each_time_and_not_where_the_pods_own_end_has_told()
    {
        var answer = Python("""
            import logging, sys
            from datetime import datetime, timedelta, timezone
            from types import SimpleNamespace
            # What the Jupyter server and the homes' program bring; none is needed for this.
            for name, members in (("jupyter_server.base.handlers", {"APIHandler": object}), ("jupyter_server.utils", {"url_path_join": None}), ("tornado", {"web": SimpleNamespace(authenticated=lambda act: act)}), ("tornado.ioloop", {"IOLoop": None, "PeriodicCallback": None}), ("homesize", {"measure": None})):
                sys.modules[name] = SimpleNamespace(**members)
            from mesonet_seat import ending, notice, server
            from mesonet_workspace import leaving
            home, log, told = os.environ["HOME"], logging.getLogger(), []
            ending.ENDS_AT_FILE = home + "/ends-at"
            leaving.act = lambda *_: told.append(ending.read_reason())
            seat = server.Seat(SimpleNamespace(root_dir=home, kernel_manager=None, log=log))

            def look(minutes, reason):
                with open(ending.ENDS_AT_FILE, "w") as file:
                    file.write("" if minutes is None else f"{(datetime.now(timezone.utc) + timedelta(minutes=minutes)).isoformat()} {reason}")
                seat.keep_end()
                return os.path.exists(os.path.join(home, notice.FILE_NAME))

            print(look(60, "end"), look(4, "end"), look(4, "end"), look(None, None), look(4, "lesson"), look(60, "lesson"), told)
            print(leaving.claim(), ending.say_stop(40) > datetime.now(timezone.utc), look(60, "lesson"), told)
            print("maintenant" in open(os.path.join(home, notice.FILE_NAME)).read())
            """);
        Assert.Equal("False True True False True False ['end', 'lesson']\nTrue True True ['end', 'lesson']\nTrue", answer);
    }

    [Fact]
    public void The_command_for_the_start_is_run_in_the_home_and_its_log_says_what_it_was_and_how_it_ended()
    {
        Python($$"""
            import json, logging, os, threading
            from mesonet_workspace import starting
            os.environ["MESONET_ON_START"] = json.dumps(["sh", "-c", "pwd; echo wrong >&2; exit 3"])
            starting.begin("{{home.FullName}}", logging.getLogger())
            [thread.join() for thread in threading.enumerate() if thread.daemon]
            """);
        var log = File.ReadAllLines(Path.Combine(home.FullName, ".mesonet/on-start.log"));
        Assert.EndsWith(" sh -c 'pwd; echo wrong >&2; exit 3'", log[0], StringComparison.Ordinal);
        Assert.Equal("wrong", log[2]);
        Assert.EndsWith(" ended with exit code 3", log[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_cannot_be_started_keeps_nobody_from_working_and_is_told_in_its_log()
    {
        const string script = """
            import json, logging, os
            from mesonet_workspace import starting
            os.environ["MESONET_ON_START"] = json.dumps(["no-such-program"])
            starting.begin(os.environ["HOME"], logging.getLogger())
            del os.environ["MESONET_ON_START"]
            starting.begin(os.environ["HOME"], logging.getLogger())
            print("on")
            """;
        Assert.Equal("on", Python(script));
        var log = File.ReadAllLines(Path.Combine(home.FullName, ".mesonet/on-start.log"));
        Assert.Equal(2, log.Length);
        Assert.Contains(" this cannot be started: ", log[1], StringComparison.Ordinal);
    }

    [Fact]
    public void On_a_volume_that_takes_nothing_more_the_commands_are_run_and_JupyterLab_starts()
    {
        // A file where the folder would be made: nothing can be written there, by root neither.
        File.WriteAllText(Path.Combine(home.FullName, ".mesonet"), "");
        const string script = """
            import json, logging, os, sys
            from mesonet_workspace import commands, packages
            os.environ["MESONET_ON_START"] = json.dumps(["sh", "-c", "touch done"])
            commands.run("MESONET_ON_START", "on-start.log", os.environ["HOME"], logging.getLogger()).wait()
            print(os.path.exists(os.environ["HOME"] + "/done"))
            os.execvpe = lambda file, arguments, variables: print("VIRTUAL_ENV" in variables, arguments[1:])
            sys.argv = ["packages.py", "--no-browser"]
            packages.main()
            """;
        Assert.Equal("True\nFalse ['-m', 'jupyterlab', '--no-browser']", Python(script));
    }

    [Fact]
    public void A_full_volume_keeps_nobody_from_being_told()
    {
        var answer = Python($$"""
            import json, logging, os, signal, sys
            from mesonet_workspace import leaving
            os.environ["MESONET_ON_YIELD"] = "no JSON"
            os.environ["MESONET_YIELD_SIGNAL"] = "this-very-program"
            leaving.matching = lambda wanted: print(wanted) or []
            leaving.tell("{{home.FullName}}", logging.getLogger())
            """);
        Assert.Equal("this-very-program", answer);
    }

    [Fact]
    public void What_is_installed_in_the_environment_is_there_after_the_next_start_and_for_notebooks()
    {
        const string starting = """
            import os, sys
            from mesonet_workspace import packages
            os.execvpe = lambda file, arguments, variables: print(variables["PATH"].split(":")[0] == os.environ["HOME"] + "/.mesonet/packages/bin", arguments[1:])
            sys.argv = ["packages.py", "--no-browser"]
            packages.main()
            """;
        Assert.Equal("True ['-m', 'jupyterlab', '--no-browser']", Python(starting));
        var packages = CourseVolume.Run("sh", "-c", $"echo {home.FullName}/.mesonet/packages/lib/python3.*/site-packages").Trim();
        File.WriteAllText(Path.Combine(packages, "climat.py"), "answer = 42\n");
        Assert.Equal("True ['-m', 'jupyterlab', '--no-browser']", Python(starting));
        var python = Path.Combine(home.FullName, ".mesonet/packages/bin/python3");
        Assert.Equal("42", CourseVolume.Run(python, "-c", "import climat; print(climat.answer)").Trim());
        Assert.Contains(python, File.ReadAllText(Path.Combine(home.FullName, ".mesonet/packages/share/jupyter/kernels/python3/kernel.json")), StringComparison.Ordinal);
        Assert.Equal("1", CourseVolume.Run("sh", "-c", $"grep -c '# mesonet' {home.FullName}/.profile").Trim());
    }

    [Fact]
    public void What_it_uses_is_read_from_either_version_of_control_groups()
    {
        var answer = Python($$"""
            import asyncio, os, types
            from mesonet_workspace import usage
            usage.gpu_percent = lambda: asyncio.sleep(0)
            times = iter(())
            usage.time = types.SimpleNamespace(time=lambda: 1, monotonic=lambda: next(times))
            def put(path, text):
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as file:
                    file.write(text)
            for version, processor, memory, stat, text in (
                ("2", "cpu.stat", "memory.current", "memory.stat", "usage_usec {}000000\nuser_usec 1\n"),
                ("1", "cpu,cpuacct/cpuacct.usage", "memory/memory.usage_in_bytes", "memory/memory.stat", "{}000000000\n"),
            ):
                folder = "{{home.FullName}}/" + version
                put(f"{folder}/{memory}", "5000\n")
                put(f"{folder}/{stat}", "anon 1\ninactive_file 2000\ntotal_inactive_file 2000\n")
                put(f"{folder}/{processor}", text.format(10))
                taken = usage.Usage(folder)
                times = iter((100.0, 160.0))
                asyncio.run(taken.look())
                put(f"{folder}/{processor}", text.format(100))
                asyncio.run(taken.look())
                print([sample[1:] for sample in taken.answer()["samples"]])
            nothing = usage.Usage("{{home.FullName}}/none")
            times = iter((100.0,))
            asyncio.run(nothing.look())
            print(nothing.answer()["samples"][0][1:])
            """);
        Assert.Equal("[(None, 3000, None), (1.5, 3000, None)]\n[(None, 3000, None), (1.5, 3000, None)]\n(None, None, None)", answer);
    }

    [Fact]
    public void GPUs_are_measured_where_nvidia_smi_answers_and_not_guessed_where_it_does_not()
    {
        var answer = Python($$"""
            import asyncio, os
            from mesonet_workspace import usage
            folder = "{{home.FullName}}/bin"
            os.makedirs(folder)
            os.environ["PATH"] = folder
            print(asyncio.run(usage.gpu_percent()), usage.Usage().answer()["gpu"])
            for script in ("echo 90; echo 35", "echo '[N/A]'", "echo 50; exit 9"):
                with open(folder + "/nvidia-smi", "w") as file:
                    file.write("#!/bin/sh\n" + script + "\n")
                os.chmod(folder + "/nvidia-smi", 0o755)
                print(asyncio.run(usage.gpu_percent()), usage.Usage().answer()["gpu"])
            """);
        Assert.Equal("None False\n62.5 True\nNone True\nNone True", answer);
    }

    [Fact]
    public void Busy_GPUs_are_work_as_long_as_the_measurement_is_fresh()
    {
        var answer = Python("""
            import time
            from mesonet_seat import work
            from mesonet_workspace import usage
            measured = usage.Usage()
            print(measured.last_gpu_percent())
            for age, percent in ((0, None), (0, 4.0), (100, 90.0), (600, 90.0)):
                measured.samples.append((int(time.time()) - age, None, None, percent))
                print(measured.last_gpu_percent(), work.are_busy(measured.last_gpu_percent()))
            """);
        Assert.Equal("None\nNone False\n4.0 False\n90.0 True\nNone False", answer);
    }

    // What notes that programs were told is none of the home's; here it is, for the tests do not share one.
    private string Python(string script) => NotebookPython.Run(home, $"import os; os.environ['TMPDIR'] = os.environ['HOME']\n{script}");
}

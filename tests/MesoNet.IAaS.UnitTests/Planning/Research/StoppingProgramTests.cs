using MesoNet.IAaS.UnitTests.Materials;

namespace MesoNet.IAaS.UnitTests.Planning.Research;

/// <summary>
/// The end of a workspace's pod, with real processes in a process namespace of their own, as a pod is one: the test is its process 1, and what is started as
/// JupyterLab starts what it is told to.
/// </summary>
public sealed class StoppingProgramTests : IDisposable
{
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("mesonet-stopping-");

    public void Dispose() => home.Delete(recursive: true);

    [Fact]
    public void Who_had_no_warning_is_told_and_has_saved_before_anybody_is_ended()
    {
        var answer = Stop("""
            os.environ["MESONET_YIELD_SIGNAL"] = "train.py"
            os.environ["MESONET_ON_YIELD"] = json.dumps(["sh", "-c", "echo told >> command"])
            # Its starter does not handle SIGUSR1, and all would end with it.
            starter = program("starter.py", "import os, signal, subprocess, sys\nsignal.signal(signal.SIGTERM, lambda *_: os.path.exists('checkpoint') or print('too early'))\nsubprocess.call([sys.executable, sys.argv[1]])", write("train.py", SAVES_WHEN_TOLD))
            stopping.stop(home, lab, log, to_save=60, in_all=120)
            print(starter.stdout.read(), read("checkpoint"), read("command").split())
            from mesonet_seat import ending
            print(ending.read_reason(), ending.notice(ending.read_end(), datetime.now(timezone.utc), 0, "stop")["secondsLeft"] <= 120)
            """);
        Assert.Equal(" saved ['told']\nstop True", answer);
        var notice = File.ReadAllText(Path.Combine(home.FullName, "A-LIRE-fin-de-seance.md"));
        Assert.StartsWith("# Votre espace de recherche s’arrête maintenant\n", notice, StringComparison.Ordinal);
        Assert.Contains("# Your research workspace stops now\n", notice, StringComparison.Ordinal);
        foreach (var sign in ":;!?") Assert.DoesNotContain($" {sign}", notice.Split("---")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Who_was_told_already_is_not_told_again_and_gets_SIGTERM_at_once()
    {
        var answer = Stop("""
            os.environ["MESONET_YIELD_SIGNAL"] = "train.py"
            os.environ["MESONET_ON_YIELD"] = json.dumps(["sh", "-c", "echo told >> command"])
            training = program("train.py", "import signal, sys\nsignal.signal(signal.SIGUSR1, lambda *_: print('told', flush=True))\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\nprint('up', flush=True)\nwhile True: signal.pause()")
            leaving.tell(home, log)
            leaving.tell(home, log)
            wait_until(lambda: os.path.exists(home + "/command") and read("command") == "told\n")
            os.utime(leaving.told_file(), (0, 0))
            stopping.stop(home, lab, log, to_save=600, in_all=600)
            print(training.wait(), training.stdout.read().split(), read("command").split(), os.path.exists(home + "/A-LIRE-fin-de-seance.md"))
            # Taken back, it is told anew the next time.
            leaving.forget()
            leaving.tell(home, log)
            wait_until(lambda: read("command").split() == ["told", "told"])
            """);
        Assert.Equal("3 ['told'] ['told'] False", answer);
    }

    [Fact]
    public void Where_no_program_runs_it_is_over_at_once_and_JupyterLab_its_kernels_and_terminals_are_left_alone()
    {
        var answer = Stop("""
            kernel = lab_runs([sys.executable, write("kernel.py", WAITS), "-f", "/tmp/kernel-1.json"])
            shell = lab_runs(["bash", "--norc", "-i"], terminal=True)
            wait_until(lambda: all(number in processes.look() for number in (kernel, shell)) and processes.look()[shell].ignores_end)
            # As the kubelet runs it; JupyterLab does not answer here, which it must not wait for either.
            begun = time.monotonic()
            code = subprocess.run([sys.executable, "-IB", stopping.__file__]).returncode
            print(code, time.monotonic() - begun < stopping.SECONDS_IN_ALL, [number in processes.look() for number in (lab.number, kernel, shell)])
            """);
        Assert.Equal("0 True [True, True, True]", answer);
    }

    [Fact]
    public void Programs_of_terminals_scripts_and_notebooks_end_and_what_holds_terminals_does_not_before_them()
    {
        var answer = Stop("""
            training = write("train.py", SAVES_WHEN_ENDED)
            shell = lab_runs(["bash", "--norc", "-i"], terminal=True, text=f"python3 {training} terminal &\n")
            lab_runs(["sh", "-c", f"python3 {training} script; true"])
            kernel = lab_runs([sys.executable, write("kernel.py", "import subprocess, sys; subprocess.call(sys.argv[1:5])"), sys.executable, training, "notebook", "", "-f", "kernel-1.json"])
            # As tmux: what runs in the terminal that it holds would end with it.
            holder = program("holder.py", "import os, pty, signal, sys\nif pty.fork()[0] == 0: os.execvp('python3', ['python3', *sys.argv[1:]])\nsignal.signal(signal.SIGTERM, lambda *_: open('tmux').read() == 'saved' or print('too early'))\nprint('up', flush=True)\nos.wait()\nprint('all is over')", training, "tmux")
            asleep = program("asleep.py", "import os, signal\nprint('up', flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)")
            wait_until(lambda: all(os.path.exists(f"{home}/{name}") for name in ("terminal", "script", "notebook", "tmux")))
            wait_until(lambda: processes.look()[asleep.pid].is_stopped)
            stopping.stop(home, lab, log, in_all=120)
            print([read(name) for name in ("terminal", "script", "notebook", "tmux")], -asleep.wait())
            print(shell in processes.look(), holder.stdout.read().strip())
            print("SIGTERM to process" in read(".mesonet/on-yield.log"))
            """);
        Assert.Equal("['saved', 'saved', 'saved', 'saved'] 15\nTrue all is over\nTrue", answer);
    }

    [Fact]
    public void The_workers_of_a_training_are_its_own_to_end()
    {
        var answer = Stop("""
            training = program("train.py", "import os, signal, sys\nworker = os.fork()\nif worker == 0:\n    signal.signal(signal.SIGTERM, lambda *_: print('torn away', flush=True))\n    while True: signal.pause()\ndef end(*_):\n    os.kill(worker, signal.SIGKILL)\n    os.waitpid(worker, 0)\n    print('saved', flush=True)\n    sys.exit(0)\nsignal.signal(signal.SIGTERM, end)\nprint('up', flush=True)\nwhile True: signal.pause()")
            kernel = lab_runs([sys.executable, write("kernel.py", "import os, signal\nos.fork()\nsignal.pause()"), "-f", "kernel-1.json"])
            wait_until(lambda: sum(process.parent == kernel for process in processes.look().values()) == 1)
            stopping.stop(home, lab, log, in_all=120)
            print(training.wait(), training.stdout.read().split())
            print(sum(process.parent == kernel for process in processes.look().values()))
            """);
        Assert.Equal("0 ['saved']\n1", answer);
    }

    [Fact]
    public void A_cell_that_computes_is_interrupted_and_waited_for_and_kernels_at_rest_are_not()
    {
        var answer = Stop("""
            rests, waits = (lab_runs([sys.executable, write("kernel.py", WAITS), "-f", f"/tmp/kernel-{name}.json"]) for name in ("one", "two"))
            wait_until(lambda: processes.kernels(processes.look(), lab) == {rests: "one", waits: "two"})
            asked, at_work = [], []
            def answer(_self, path, body):
                asked.append(path)
                return json.dumps({"busyKernels": at_work.pop(0)} if path == "mesonet/activity" else None).encode()
            stopping.Cells.request = answer
            for cells in ([0, 0], [1, 1, 1, 0]):
                asked.clear()
                at_work[:] = cells
                stopping.stop(home, lab, log, in_all=120)
                print(" ".join(asked))
            print([number in processes.look() for number in (rests, waits)])
            """);
        Assert.Equal(
            """
            mesonet/activity mesonet/activity
            mesonet/activity api/kernels/one/interrupt api/kernels/two/interrupt mesonet/activity mesonet/activity mesonet/activity
            [True, True]
            """.ReplaceLineEndings("\n"), answer);
    }

    [Fact]
    public void A_cell_that_waits_for_a_program_is_interrupted_once_that_has_ended_for_it_would_kill_it()
    {
        var answer = Stop("""
            kernel = lab_runs([sys.executable, write("kernel.py", "import subprocess, sys; subprocess.call(sys.argv[1:4])\n" + WAITS), "sh", "-c", f"python3 {write('train.py', SAVES_WHEN_ENDED)} saved", "-f", "kernel-1.json"])
            wait_until(lambda: os.path.exists(home + "/saved"))
            asked = []
            def answer(_self, path, body):
                asked.append(f"{path} {read('saved')}")
                return json.dumps({"busyKernels": int(body is None and len(asked) == 1)}).encode()
            stopping.Cells.request = answer
            stopping.stop(home, lab, log, in_all=120)
            print("\n".join(asked))
            """);
        Assert.Equal("mesonet/activity saved\napi/kernels/1/interrupt saved\nmesonet/activity saved", answer);
    }

    [Fact]
    public void Who_does_not_end_keeps_the_pod_for_as_long_as_was_said_and_who_goes_on_after_saving_no_longer_than_that()
    {
        var answer = Stop("""
            os.environ["MESONET_YIELD_SIGNAL"] = "train.py"
            training = program("train.py", "import signal\nsignal.signal(signal.SIGUSR1, lambda *_: print('saved', flush=True))\nprint('up', flush=True)\nwhile True: signal.pause()")
            stubborn = program("stubborn.py", "import signal\nsignal.signal(signal.SIGTERM, lambda *_: print('no', flush=True))\nprint('up', flush=True)\nwhile True: signal.pause()")
            begun = time.monotonic()
            stopping.stop(home, lab, log, to_save=0.5, in_all=1.5)
            print(time.monotonic() - begun >= 1.5, -training.wait(), training.stdout.read().split())
            print(stubborn.pid in processes.look(), stubborn.stdout.readline().strip())
            """);
        Assert.Equal("True 15 ['saved']\nTrue no", answer);
    }

    [Fact]
    public void Where_JupyterLab_has_not_come_up_nothing_is_told_or_ended() => Assert.Equal(
        "0 True False",
        Stop("""
            os.kill(lab.number, signal.SIGKILL)
            wait_until(lambda: lab.number not in processes.look())
            other = program("other.py", WAITS)
            print(subprocess.run([sys.executable, "-IB", stopping.__file__]).returncode, other.pid in processes.look(), os.path.exists(leaving.told_file()))
            """));

    private string Stop(string script)
    {
        File.WriteAllText(Path.Combine(home.FullName, "jupyterlab.py"), Lab);
        File.WriteAllText(Path.Combine(home.FullName, "test.py"), Prelude + script);
        return CourseVolume.Run(
            "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "env", $"HOME={home.FullName}", $"TMPDIR={home.FullName}", $"PYTHONPATH={NotebookPython.Folder}:{home.FullName}",
            "PYTHONDONTWRITEBYTECODE=1", "PYTHONIOENCODING=utf-8", "JUPYTER_TOKEN=token", "MESONET_SEAT_URL=http://127.0.0.1:1/s/these/pod/", "python3", Path.Combine(home.FullName, "test.py")).TrimEnd('\n');
    }

    // Starts what each line says; in a terminal where that is asked for.
    private const string Lab = """
        import json, os, pty, subprocess, sys
        print("up", flush=True)
        for line in sys.stdin:
            command, terminal, text = json.loads(line)
            if not terminal:
                print(subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL).pid, flush=True)
                continue
            number, other = pty.fork()
            if number == 0:
                os.execvp(command[0], command)
            os.write(other, text.encode())
            print(number, flush=True)
        """;

    private const string Prelude = """
        import json, logging, os, signal, subprocess, sys, time
        from datetime import datetime, timezone
        from mesonet_workspace import leaving, processes, stopping

        home, log = os.environ["HOME"], logging.getLogger()
        WAITS = "import signal\nprint('up', flush=True)\nwhile True: signal.pause()"
        SAVES_WHEN_TOLD = "import signal, sys, time\nasked = False\ndef ask(*_):\n    global asked\n    asked = True\nsignal.signal(signal.SIGUSR1, ask)\nprint('up', flush=True)\nwhile not asked: time.sleep(0.3)\nopen('checkpoint', 'w').write('saved')"
        # The file that its argument names is there while it trains, and says at the end that it has saved.
        SAVES_WHEN_ENDED = f"import os, signal, sys\npath = os.path.join({home!r}, sys.argv[1])\ndef save(*_):\n    open(path, 'w').write('saved')\n    sys.exit(0)\nsignal.signal(signal.SIGTERM, save)\nopen(path, 'w').close()\nprint('up', flush=True)\nwhile True: signal.pause()"

        def write(name, text):
            with open(os.path.join(home, name), "w") as file:
                file.write(text)
            return file.name

        def read(name):
            with open(os.path.join(home, name)) as file:
                return file.read()

        def wait_until(condition):
            deadline = time.monotonic() + 60
            while not condition():
                assert time.monotonic() < deadline
                time.sleep(0.02)

        def program(name, text, *arguments):
            process = subprocess.Popen([sys.executable, write(name, text), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd=home, start_new_session=True)
            assert process.stdout.readline() == "up\n"
            return process

        def lab_runs(command, terminal=False, text=""):
            started.stdin.write(json.dumps([command, terminal, text]) + "\n")
            started.stdin.flush()
            return int(started.stdout.readline())

        started = subprocess.Popen([sys.executable, "-m", "jupyterlab"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=home)
        assert started.stdout.readline() == "up\n"
        lab = processes.server(processes.look())
        assert lab.number == started.pid

        """;
}

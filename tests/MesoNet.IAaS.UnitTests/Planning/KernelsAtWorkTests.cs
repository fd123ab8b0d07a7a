namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>
/// The rule by which a seat counts the kernels at work, on kernels whose states are set by hand. That a real Jupyter server and kernel obey
/// it is shown end to end, in SeatAgentTests.
/// </summary>
public sealed class KernelsAtWorkTests
{
    private const string Kernels = """
        from types import SimpleNamespace
        from mesonet_seat.kernels import Kernels

        class Channel:
            def __init__(self): self.closed, self.note = False, None
            def on_recv(self, note): self.note = note
            def close(self): self.closed = True

        class Kernel:
            def __init__(self, name):
                self.kernel_id, self.execution_state, self.provisioner, self.channels, self.up = name, "starting", SimpleNamespace(pid=1), [], True
                self.session = SimpleNamespace(send=lambda channel, message: self.channels.append(channel))
            def connect_shell(self):
                if not self.up: raise RuntimeError("no process yet")
                return Channel()
            def answer(self): self.channels[-1].note([b"kernel_info_reply"])

        kernel = Kernel("one")
        found = {"one": kernel}
        counted = Kernels(SimpleNamespace(list_kernel_ids=lambda: list(found), get_kernel=found.__getitem__))

        """;

    [Theory]
    // Nothing missed: it starts, answers, works, is idle; it is asked once.
    [InlineData("1 0 1 0 1", "print(counted.at_work(), end=' '); kernel.execution_state = 'idle'; kernel.answer(); print(counted.at_work(), end=' '); kernel.execution_state = 'busy'; print(counted.at_work(), end=' '); kernel.execution_state = 'idle'; print(counted.at_work(), len(kernel.channels))")]
    // The server thinks that it is idle, since it missed the word that a cell runs: until it answers, it works.
    [InlineData("1 1 0", "kernel.execution_state = 'idle'; print(counted.at_work(), counted.at_work(), end=' '); kernel.answer(); print(counted.at_work())")]
    // It answered, and the server did not hear that: it is asked again.
    [InlineData("1 1 2 0", "print(counted.at_work(), end=' '); kernel.answer(); print(counted.at_work(), len(kernel.channels), end=' '); kernel.execution_state = 'idle'; kernel.answer(); print(counted.at_work())")]
    // Restarted, it is another process.
    [InlineData("1 0 1 2", "counted.at_work(); kernel.execution_state = 'idle'; print(counted.at_work(), end=' '); kernel.answer(); print(counted.at_work(), end=' '); kernel.provisioner.pid = 2; print(counted.at_work(), len(kernel.channels))")]
    // It cannot be asked yet, and the next look does.
    [InlineData("1 0 1 1", "kernel.up = False; print(counted.at_work(), len(kernel.channels), end=' '); kernel.up = True; print(counted.at_work(), len(kernel.channels))")]
    // A dead one does nothing, and one that is gone leaves no open channel.
    [InlineData("0", "kernel.execution_state = 'dead'; print(counted.at_work())")]
    [InlineData("1 0 True", "print(counted.at_work(), end=' '); found.clear(); print(counted.at_work(), kernel.channels[0].closed)")]
    public void A_kernel_is_at_work_until_it_has_answered_and_been_heard(string expected, string steps) => Assert.Equal(
        expected,
        NotebookPython.Run(new(Path.GetTempPath()), Kernels + steps));
}

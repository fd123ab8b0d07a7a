"""Which kernels are at work. The Jupyter server notes what kernels publish; what one publishes before the server listens, nobody notes."""

from __future__ import annotations


class Kernels:
    """Counts the kernels at work, and asks each new one for an answer: it gives none while it starts or computes."""

    def __init__(self, manager):
        self.manager = manager
        self.asked = {}  # The channel of each kernel's question that has no answer yet, by its life.
        self.answered = set()

    def at_work(self) -> int:
        """
        How many compute, or start. A kernel whose state the server does not know ("starting") counts until it has answered, and so does one
        that the server thinks is idle: the word that it began to work may be the one that was missed.
        """
        lives = {self._life(kernel): kernel for kernel in map(self.manager.get_kernel, self.manager.list_kernel_ids())}
        for life in self.asked.keys() - lives.keys():
            self.asked.pop(life).close()
        self.answered &= lives.keys()
        return sum(self._is_at_work(life, kernel) for life, kernel in lives.items())

    def _is_at_work(self, life, kernel) -> bool:
        state = getattr(kernel, "execution_state", "starting")
        if state == "dead":
            return False
        # An answer that the server did not hear either was none: it hears nothing of that kernel yet.
        if state == "starting":
            self.answered.discard(life)
        if life not in self.answered and life not in self.asked:
            self._ask(life, kernel)
        return state in ("busy", "starting") or life not in self.answered

    def _ask(self, life, kernel) -> None:
        try:
            channel = kernel.connect_shell()
            kernel.session.send(channel, "kernel_info_request")
        except Exception:  # Its process is not there yet; the next look asks.
            return
        self.asked[life] = channel

        def note(_message):
            self.asked.pop(life, None)
            self.answered.add(life)
            channel.close()

        channel.on_recv(note)

    @staticmethod
    def _life(kernel):
        """A kernel that is restarted keeps its id, and its process is another."""
        return kernel.kernel_id, getattr(getattr(kernel, "provisioner", None), "pid", None)

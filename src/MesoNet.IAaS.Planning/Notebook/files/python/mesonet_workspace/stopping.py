"""The end of a workspace's pod, whoever wants it (a person, a lesson, kube-scheduler, the node): run by the kubelet before it ends JupyterLab, with which all goes.

    python3 -I stopping.py

Programs that had no warning get it now, and a while to save. Then all get SIGTERM, and kernels that compute are interrupted, as by the button. Whoever
is told is waited for, within the pod's grace. JupyterLab, kernels at rest and shells are not: where nothing runs, this costs no time.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from mesonet_seat import ending, notice  # noqa: E402
from mesonet_workspace import commands, leaving, processes  # noqa: E402

# Of the pod's grace of 60 seconds; what is left is JupyterLab's own. Both count from when this begins, the first from when programs were told.
SECONDS_TO_SAVE = 25
SECONDS_IN_ALL = 40
# A volume or a server that does not answer must not take the whole grace.
SECONDS_AT_MOST = 45
SECONDS_BETWEEN_LOOKS = 0.1
PATIENCE_WITH_SERVER_SECONDS = 2


def stop(home: str, lab: processes.Process, log, to_save: float = SECONDS_TO_SAVE, in_all: float = SECONDS_IN_ALL) -> None:
    until = time.monotonic() + in_all
    if leaving.claim():
        ending.say_stop(int(in_all))
        leaving.act(home, log)
        write_notice(home, log)
    wait_for_told(to_save, until)
    cells, told = Cells(lab), set()
    while time.monotonic() < until:
        found = processes.look()
        left = processes.programs(found, lab)
        for process in left:
            if process.life not in told:
                told.add(process.life)
                end(process, home)
        cells.interrupt(found, left)
        if not left and not cells.are_at_work(found):
            return
        time.sleep(SECONDS_BETWEEN_LOOKS)


def write_notice(home: str, log) -> None:
    try:
        notice.write(home, notice.text(None, ending.STOP))
    except OSError as failure:
        log.warning("mesonet_workspace: the notice cannot be written: %s", failure)


def wait_for_told(to_save: float, until: float) -> None:
    """Waits while programs that were told just now may still be saving: those that go on after that, for as long as they get."""
    try:
        with open(leaving.told_file(), encoding="ascii") as file:
            told = {int(line) for line in file.read().split()}
            since = os.fstat(file.fileno()).st_mtime
    except (OSError, ValueError):
        return
    while told & processes.look().keys() and time.time() - since < to_save and time.monotonic() < until:
        time.sleep(SECONDS_BETWEEN_LOOKS)


def end(process: processes.Process, home: str) -> None:
    try:
        os.kill(process.number, signal.SIGTERM)
        if process.is_stopped:
            os.kill(process.number, signal.SIGCONT)  # Put to sleep in a terminal, it would not hear it.
    except OSError:
        return
    commands.note(os.path.join(home, commands.LOG_FOLDER, leaving.LOG_FILE), f"this stops now: SIGTERM to process {process.number}: {' '.join(process.arguments)[:200]}")


class Cells:
    """What kernels compute, as JupyterLab knows it."""

    def __init__(self, lab: processes.Process):
        self.lab = lab
        self.answers = True
        self.interrupted = set()

    def interrupt(self, found: dict, programs: list) -> None:
        """
        Where a cell computes, interrupts each kernel, once: the cell gets KeyboardInterrupt, and can save. Which one it is JupyterLab may not know; one at rest does
        not mind. A cell that waits for a program would kill it then (subprocess, !command): that one ends first.
        """
        waiting = {number for program in programs for number in processes.above(program, found)}
        due = {number: name for number, name in processes.kernels(found, self.lab).items() if number not in waiting | self.interrupted}
        if not due or not self.are_at_work(found):
            return
        for number, name in due.items():
            self.interrupted.add(number)
            self.ask(f"api/kernels/{name}/interrupt", b"{}")

    def are_at_work(self, found: dict) -> bool:
        """Without a kernel, nobody is asked."""
        return bool(processes.kernels(found, self.lab)) and (self.ask("mesonet/activity") or {}).get("busyKernels", 0) > 0

    def ask(self, path: str, body: bytes | None = None):
        try:
            return json.loads(self.request(path, body) or b"null")
        except ValueError:
            return None

    def request(self, path: str, body: bytes | None) -> bytes | None:
        """The server's answer; one that does not answer is not asked again."""
        if not self.answers:
            return None
        request = urllib.request.Request(os.environ["MESONET_SEAT_URL"] + path, body, {"Authorization": f"token {os.environ['JUPYTER_TOKEN']}", "Content-Type": "application/json"})
        try:
            # Without the proxies that the image may name: it is this very pod.
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE_WITH_SERVER_SECONDS) as response:
                return response.read()
        except urllib.error.HTTPError:
            return None  # This kernel cannot be interrupted; others can.
        except (OSError, ValueError):
            self.answers = False
            return None


def main() -> None:
    signal.alarm(SECONDS_AT_MOST)
    lab = processes.server(processes.look())
    if lab is None:
        return  # It has not come up yet, and nothing runs in it.
    # What it runs finds the packages that JupyterLab's own children do.
    os.environ.update(processes.environment(lab))
    stop(os.environ["HOME"], lab, logging.getLogger())


if __name__ == "__main__":
    main()

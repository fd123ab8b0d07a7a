"""The processes of a workspace's pod: which are JupyterLab's own, which are programs that somebody runs."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

from mesonet_workspace import leaving

# What MesoNet itself runs in a pod lies here.
OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclass(frozen=True)
class Process:
    number: int
    parent: int
    session: int
    has_terminal: bool
    is_stopped: bool
    started: str
    arguments: tuple
    ignores_end: bool

    @property
    def life(self) -> tuple:
        """Numbers are given anew."""
        return self.number, self.started


def look(folder: str = "/proc") -> dict:
    """The processes of this user that have not ended, by their numbers."""
    found = {}
    for name in os.listdir(folder):
        if not name.isdigit():
            continue
        try:
            process = of(folder, int(name))
        except (OSError, ValueError, IndexError):
            continue
        if process is not None:
            found[process.number] = process
    return found


def of(folder: str, number: int) -> Process | None:
    place = os.path.join(folder, str(number))
    if os.stat(place).st_uid != os.getuid():
        return None
    with open(os.path.join(place, "stat"), encoding="utf-8", errors="replace") as file:
        # The second field is a name in brackets, which may hold anything.
        fields = file.read().rpartition(")")[2].split()
    if fields[0] in "ZX":
        return None
    with open(os.path.join(place, "cmdline"), "rb") as file:
        arguments = tuple(file.read().decode(errors="replace").rstrip("\0").split("\0"))
    return Process(number, int(fields[1]), int(fields[3]), fields[4] != "0", fields[0] in "Tt", fields[19], arguments, leaving.has(number, "SigIgn", signal.SIGTERM, folder))


def server(found: dict) -> Process | None:
    """JupyterLab, as it is started in a pod, by none of the pod's processes; another one that somebody runs in there is a program."""
    labs = [process for process in found.values() if process.parent in (0, 1) and process.arguments[1:3] == ("-m", "jupyterlab")]
    return min(labs, key=lambda process: (process.parent, process.number), default=None)


def environment(process: Process, folder: str = "/proc") -> dict:
    """The variables that a process was started with."""
    try:
        with open(os.path.join(folder, str(process.number), "environ"), "rb") as file:
            pairs = [pair.partition(b"=") for pair in file.read().split(b"\0")]
    except OSError:
        return {}
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs if name}


def kernels(found: dict, lab: Process) -> dict:
    """JupyterLab's kernels: their names by their numbers. Each is given the file of its connection, which bears its name."""
    named = ((process.number, connection(process)) for process in found.values() if process.parent == lab.number)
    return {number: name for number, name in named if name is not None}


def connection(process: Process) -> str | None:
    files = (os.path.basename(argument) for argument in process.arguments)
    return next((file[len("kernel-"):-len(".json")] for file in files if file.startswith("kernel-") and file.endswith(".json")), None)


def above(process: Process, found: dict) -> set:
    """The numbers of a process's parent, that one's parent, and so on."""
    numbers = set()
    while process.parent in found and process.parent not in numbers:
        numbers.add(process.parent)
        process = found[process.parent]
    return numbers


def programs(found: dict, lab: Process) -> list:
    """
    What somebody runs, and is told to end: neither JupyterLab nor kernels, nor who holds terminals (tmux, say: with them all in them would end), nor who does
    not care, as the shells of terminals do. What a program is copied into, such as the workers of a data loader, is that program's to end.
    """
    spared = {1, os.getpid(), lab.number, *kernels(found, lab), *(process.parent for process in found.values() if process.has_terminal and process.session == process.number)}
    return [process for process in found.values() if process.number not in spared and not process.ignores_end and not is_own(process) and not is_helper(process, found)]


def is_own(process: Process) -> bool:
    return any(argument.startswith(OWN_FOLDER + os.sep) for argument in process.arguments)


def is_helper(process: Process, found: dict) -> bool:
    """Whether a process was copied from its parent, or is of Python's multiprocessing; the copy of a terminal's shell is no helper."""
    parent = found.get(process.parent)
    if parent is None or parent.number == 1 or parent.ignores_end:
        return False
    return process.arguments == parent.arguments or any(argument.startswith("from multiprocessing.") for argument in process.arguments)

"""What a research workspace does when it is told that it will stop: a command is run, and programs get SIGUSR1. A seat of a course does neither."""

from __future__ import annotations

import os
import signal

from mesonet_seat import ending
from mesonet_workspace import commands

COMMAND_VARIABLE = "MESONET_ON_YIELD"
SIGNAL_VARIABLE = "MESONET_YIELD_SIGNAL"
LOG_FILE = "on-yield.log"


def tell(home: str, log) -> None:
    """Tells the programs, unless they have been told of this stop."""
    if claim():
        act(home, log)


def claim() -> bool:
    """
    Whether whoever asks is the one to tell: the Jupyter server before an end that is known, the pod's own end (stopping.py) where there was no warning. Where
    that cannot be noted, both tell: rather twice than not at all.
    """
    try:
        os.close(os.open(told_file(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return True
    except FileExistsError:
        return False
    except OSError:
        return True


def forget() -> None:
    """The stop has been taken back, or is over."""
    try:
        os.unlink(told_file())
    except OSError:
        pass


def told_file() -> str:
    """Made when programs are told: it says since when, and holds a line for each process that was."""
    return ending.beside("mesonet-told")


def act(home: str, log) -> None:
    """Does both. Whatever fails, the other is done, and the log says so."""
    for do in (run_command, signal_programs):
        try:
            do(home, log)
        except (OSError, ValueError) as failure:
            log.warning("mesonet_workspace: %s, before this stops: %s", do.__name__, failure)


def run_command(home: str, log) -> None:
    """Starts the declared command in the home, and does not wait for it."""
    process = commands.run(COMMAND_VARIABLE, LOG_FILE, home, log)
    if process is not None:
        note(process.pid)


def signal_programs(home: str, log) -> None:
    """Sends SIGUSR1 to the programs that have the declared text as an argument, or a file of that name, and handle it: it would end all others."""
    wanted = os.environ.get(SIGNAL_VARIABLE)
    if not wanted:
        return
    for process in matching(wanted):
        if not has(process, "SigCgt", signal.SIGUSR1):
            log.info("mesonet_workspace: this stops soon: process %s does not handle SIGUSR1 and is left alone", process)
            continue
        try:
            os.kill(process, signal.SIGUSR1)
        except ProcessLookupError:
            continue
        note(process)
        log.info("mesonet_workspace: this stops soon: SIGUSR1 to process %s", process)


def note(process: int) -> None:
    """Notes that a process was told."""
    try:
        with open(told_file(), "a", encoding="ascii") as file:
            file.write(f"{process}\n")
    except OSError:
        pass


def matching(wanted: str, folder: str = "/proc") -> list:
    """The processes of this user, but for this one, with the text among their arguments."""
    found = []
    for name in sorted(os.listdir(folder)):
        if not name.isdigit() or int(name) in (1, os.getpid()):
            continue
        try:
            if os.stat(os.path.join(folder, name)).st_uid != os.getuid():
                continue
            with open(os.path.join(folder, name, "cmdline"), "rb") as file:
                arguments = file.read().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(argument == wanted or argument.endswith("/" + wanted) for argument in arguments):
            found.append(int(name))
    return found


def has(process: int, mask: str, number: int, folder: str = "/proc") -> bool:
    """Whether a signal is among those that a process catches (SigCgt) or ignores (SigIgn)."""
    try:
        with open(os.path.join(folder, str(process), "status"), encoding="ascii", errors="replace") as file:
            fields = dict(line.split(":", 1) for line in file if ":" in line)
        return int(fields[mask], 16) >> (number - 1) & 1 == 1
    except (OSError, KeyError, ValueError):
        return False

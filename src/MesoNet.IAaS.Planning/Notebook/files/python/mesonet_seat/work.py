"""Signs of work that the Jupyter server does not know: files that were written, and processes that compute."""

from __future__ import annotations

import os
import time

from . import home as home_notice, notice

# With this name in the home, work says of itself that it goes on.
BUSY_FILE_NAME = "mesonet-busy"
MOST_ENTRIES = 5000
SAMPLE_SECONDS = 2.0
BUSY_SHARE_OF_A_CORE = 0.05
BUSY_PERCENT_OF_GPUS = 5.0


def newest_file(home: str, now: float, most_entries: int = MOST_ENTRIES) -> float | None:
    """When a file of the home was last written. Breadth first and bounded: a large data set must not make the answer late."""
    newest, looked_at, folders = None, 0, [home]
    while folders:
        folder = folders.pop(0)
        try:
            entries = os.scandir(folder)
        except OSError:
            continue
        with entries:
            for entry in entries:
                looked_at += 1
                if looked_at > most_entries:
                    return newest
                if folder == home and entry.name in (notice.FILE_NAME, home_notice.FILE_NAME):
                    continue
                try:
                    if entry.is_dir(follow_symlinks=False):
                        if not entry.name.startswith("."):
                            folders.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        written = entry.stat(follow_symlinks=False).st_mtime
                        # A date to come says nothing of now, and would keep the seat for ever.
                        if written <= now + 60 and (newest is None or written > newest):
                            newest = written
                except OSError:
                    continue
    return newest


def are_busy(gpu_percent: float | None) -> bool:
    """Whether the GPUs compute; one that nobody can measure is taken not to."""
    return gpu_percent is not None and gpu_percent > BUSY_PERCENT_OF_GPUS


def processor_share(without: set, seconds: float = SAMPLE_SECONDS) -> float:
    """How much of a core the pod's processes use together, but for some of them."""
    before, begun = _processor_ticks(), time.monotonic()
    time.sleep(seconds)
    return _share(before, _processor_ticks(), without, time.monotonic() - begun)


class ProcessorMeter:
    """How much of a core the pod's processes use between one look and the next, which costs no waiting."""

    # What was used over a longer time says nothing of now.
    LONGEST_SECONDS = 120.0

    def __init__(self, without: set):
        self.without = without
        self.before = None
        self.looked_at = 0.0

    def look(self) -> float | None:
        """The share since the last look; None at the first one, or where the last is long ago."""
        before, since = self.before, time.monotonic() - self.looked_at
        self.before, self.looked_at = _processor_ticks(), time.monotonic()
        if before is None or not 0 < since <= self.LONGEST_SECONDS:
            return None
        return _share(before, self.before, self.without, since)


def _share(before: dict, after: dict, without: set, seconds: float) -> float:
    ticks = sum(max(0, used - before.get(process, 0)) for process, used in after.items() if process[0] not in without)
    return ticks / os.sysconf("SC_CLK_TCK") / seconds


def _processor_ticks() -> dict:
    """Of each process (its number, and its start since numbers are given anew), the time it and its ended children used."""
    ticks = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                # The second field is a name in brackets, which may hold anything.
                name_and_before, _, rest = file.read().rpartition(")")
                fields = rest.split()
        except OSError:
            continue
        # A workspace asks it each minute how busy its GPUs are, which is no work.
        if name_and_before.endswith("(nvidia-smi"):
            continue
        ticks[(int(name), fields[19])] = sum(int(field) for field in fields[11:15])
    return ticks

"""What the home takes, measured in here: seldom, and only when somebody looks. What the course's watch says of it stops the seat; this only tells."""

from __future__ import annotations

import asyncio
import os
import re
import time

import homesize

from . import home

# The kubelet keeps it equal to the annotation, some seconds behind.
QUOTA_FILE = "/run/mesonet/home-quota"
SECONDS_BETWEEN = 60.0
# A home that takes long to walk through is walked through less often: it stays at a hundredth of a core.
SHARE_OF_TIME = 0.01
MOST_FILES = 4_000_000

_QUOTA = re.compile(r"([0-9]{1,18})/([0-9]{1,18})")


class Measure:
    """The last measure, and the next one where it is time."""

    def __init__(self, folder: str, measure=homesize.measure, clock=time.monotonic):
        self.folder, self.measure, self.clock = os.path.abspath(folder), measure, clock
        self.known = self.running = None
        self.due = 0.0

    async def look(self, patience: float = 5.0) -> dict | None:
        """What is known; None where the first measure takes longer than the patience, in seconds."""
        if self.running is None and self.clock() >= self.due:
            self.running = asyncio.get_running_loop().run_in_executor(None, self._walk)
        if self.running is not None:
            await asyncio.wait({self.running}, timeout=patience if self.known is None else 0.2)
            if self.running.done():
                self.known, self.running = self.running.result(), None
        return self.known

    def _walk(self) -> homesize.Size | None:
        began = self.clock()
        above, name = os.path.split(self.folder)
        try:
            descriptor = os.open(above, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                return self.measure(descriptor, name, MOST_FILES)
            finally:
                os.close(descriptor)
        except OSError:
            return None
        finally:
            ended = self.clock()
            self.due = ended + max(SECONDS_BETWEEN, (ended - began) / SHARE_OF_TIME)


def read_quota(path: str = QUOTA_FILE) -> tuple[int, int] | None:
    """How many bytes and files the home may take, 0 for as many as there is room for; None where that is not said."""
    try:
        with open(path, encoding="utf-8") as file:
            found = _QUOTA.fullmatch(file.read(100).strip())
    except (OSError, ValueError):
        return None
    return (int(found[1]), int(found[2])) if found else None


def told(size: homesize.Size | None, quota: tuple[int, int] | None) -> dict | None:
    """What is said of it: of bytes, or of files where more than half of those are used and they come nearer to their bound. None where nothing is known."""
    if size is None:
        return None
    most_bytes, most_files = quota or (0, 0)
    # People think of a home in bytes; files are told where they are what may stop the seat.
    by_files = most_files > 0 and most_bytes > 0 and size.files > most_files / 2 and size.files / most_files > size.bytes / most_bytes
    used, limit, unit = (size.files, most_files, "files") if by_files else (size.bytes, most_bytes, "bytes")
    return {"bytes": size.bytes, "files": size.files, "isWhole": not size.unreadable, "used": used, "limit": limit, "unit": unit, **home.words(used, limit, unit)}

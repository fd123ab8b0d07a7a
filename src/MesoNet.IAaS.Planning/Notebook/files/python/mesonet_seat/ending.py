"""When the seat stops, and for a research workspace why, as the pod's annotation says."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone

# The kubelet keeps it equal to the annotation, some seconds behind.
ENDS_AT_FILE = "/run/mesonet/ends-at"
DEFAULT_WARN_SECONDS = 300

# What follows the moment, for a research workspace. It stops now, and nobody has said before, where a pod's own end says so.
STOP = "stop"
REASONS = ("lesson", "hours", "end", "idle", STOP)


def read_end(path: str | None = None) -> datetime | None:
    """The end, with its offset; None where there is none, or what is there is no moment."""
    return parse_end(read(path))


def read_reason(path: str | None = None) -> str | None:
    """Why it ends; None where nobody says."""
    return split(read(path))[1]


def read(path: str | None = None) -> str:
    """What is said of the end: by the pod that is being stopped, or else by its annotation."""
    for known in (stop_file(), ENDS_AT_FILE) if path is None else (path,):
        try:
            with open(known, encoding="utf-8") as file:
                return file.read(100)
        except (OSError, ValueError):
            continue
    return ""


def stop_file() -> str:
    """Where a workspace's pod that is stopped without a warning says so to its own server."""
    return beside("mesonet-ends-at")


def beside(name: str) -> str:
    """A file that lasts as long as the container, and is none of the home's: that may be full."""
    return os.path.join(os.environ.get("TMPDIR") or "/tmp", name)


def say_stop(seconds: int) -> datetime:
    """Says that it stops in so many seconds; returns when that is."""
    end = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    try:
        with open(stop_file(), "w", encoding="ascii") as file:
            file.write(f"{end.isoformat(timespec='seconds')} {STOP}")
    except OSError:
        pass
    return end


def forget_stop() -> None:
    """A server that starts is not being stopped."""
    try:
        os.unlink(stop_file())
    except OSError:
        pass


def split(text: str) -> tuple:
    """A text such as 2026-11-23T17:00:00+01:00 lesson, as the moment and the reason; the latter is None where there is none."""
    moment, _, reason = text.strip().partition(" ")
    return (moment, reason) if reason in REASONS else (text.strip(), None)


def parse_end(text: str) -> datetime | None:
    """The moment that a text such as 2026-11-23T17:00:00+01:00 says, with or without a reason; None for any other text."""
    text = split(text)[0]
    if text.endswith("Z"):
        text = text[:-1] + "+00:00"  # Python before 3.11 does not read the Z.
    try:
        end = datetime.fromisoformat(text)
        if end.tzinfo is None:
            return None
        end.astimezone(timezone.utc)  # The first and last days of the calendar have no UTC.
        return end
    except (ValueError, OverflowError):
        return None


def warn_seconds() -> int:
    """How long before the end the student is told."""
    try:
        return max(0, int(os.environ["MESONET_WARN_SECONDS"]))
    except (KeyError, ValueError):
        return DEFAULT_WARN_SECONDS


def notice(end: datetime | None, now: datetime, warn_from: int, reason: str | None = None) -> dict:
    """What JupyterLab is told."""
    told = {} if reason is None else {"why": reason}
    if end is None:
        return {"endsAt": None, "secondsLeft": None, "warn": False, **told}
    left = int((end - now).total_seconds())
    return {"endsAt": end.isoformat(), "secondsLeft": max(0, left), "warn": left <= warn_from, **told}

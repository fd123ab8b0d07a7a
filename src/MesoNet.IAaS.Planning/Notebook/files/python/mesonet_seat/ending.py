"""When the seat stops, and for a research workspace why, as the pod's annotation says."""

from __future__ import annotations

import os
from datetime import datetime, timezone

# The kubelet keeps it equal to the annotation, some seconds behind.
ENDS_AT_FILE = "/run/mesonet/ends-at"
DEFAULT_WARN_SECONDS = 300

# What follows the moment, for a research workspace.
REASONS = ("lesson", "hours", "end", "idle")


def read_end(path: str = ENDS_AT_FILE) -> datetime | None:
    """The end, with its offset; None where there is none, or what is there is no moment."""
    try:
        with open(path, encoding="utf-8") as file:
            return parse_end(file.read(100))
    except (OSError, ValueError):
        return None


def read_reason(path: str = ENDS_AT_FILE) -> str | None:
    """Why it ends; None where nobody says."""
    try:
        with open(path, encoding="utf-8") as file:
            return split(file.read(100))[1]
    except (OSError, ValueError):
        return None


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

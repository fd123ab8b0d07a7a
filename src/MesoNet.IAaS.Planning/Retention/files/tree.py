"""A walk through everything in a folder, links never followed, and a fingerprint that says whether anything in it changed.

Nothing is kept of what was passed: a million files need no more memory than one.
"""
import errno
import hashlib
import os
from dataclasses import dataclass

import outcome
import safely

# Each open folder on the way down costs a descriptor.
DEEPEST = 300


@dataclass(frozen=True)
class Found:
    folder: int          # the open folder it is in, while the walk is here
    name: str
    path: str
    kind: str            # file, link, folder, other, or unreadable: a folder that could not be entered
    stat: os.stat_result
    why: str = ""


class Changed(Exception):
    """Somebody is at work in it."""


def walk(root, above):
    levels = [(root, above, os.scandir(root))]
    try:
        while levels:
            folder, path, entries = levels[-1]
            entry = next(entries, None)
            if entry is None:
                leave(levels)
                continue
            kind, stat = safely.kind(folder, entry.name)
            if kind == "absent":
                raise Changed("something in it vanished while it was read")
            found = Found(folder, entry.name, f"{path}/{entry.name}", kind, stat)
            yield found
            if kind == "folder":
                why = enter(levels, found)
                if why:
                    yield Found(folder, entry.name, found.path, "unreadable", stat, why)
    finally:
        while levels:
            leave(levels)


def enter(levels, found):
    """Goes into a folder; why not, where that cannot be."""
    if len(levels) > DEEPEST:
        return f"it lies deeper than {DEEPEST} folders"
    try:
        below = safely.open_folder(found.folder, found.name)
    except OSError as error:
        return outcome.sentence_of(error)
    try:
        levels.append((below, found.path, os.scandir(below)))
    except OSError as error:
        os.close(below)
        return outcome.sentence_of(error)
    return ""


def leave(levels):
    folder, _, entries = levels.pop()
    entries.close()
    if levels:
        os.close(folder)


def fingerprint(root):
    """Of everything in a folder, whatever the order in which it is found."""
    total = 0
    for found in walk(root, ""):
        stat = found.stat
        said = [os.fsencode(found.path), found.kind.encode(), b"%o" % stat.st_mode]
        if found.kind == "file":
            said += [b"%d" % stat.st_size, b"%d" % stat.st_mtime_ns]
        elif found.kind == "link":
            said.append(os.fsencode(os.readlink(found.name, dir_fd=found.folder)))
        total += int.from_bytes(hashlib.sha256(b"\0".join(said)).digest(), "big")
    return f"{total % (1 << 256):064x}"

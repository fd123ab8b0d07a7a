"""Writes to its output, as a tar stream, what of the students' work for a lesson counts: of each student

  submissions/SEAT/{manifest.json, work.tar.gz, changes.diff}    up to the deadline: the last that the student handed in, or else the deadline's
  late/SEAT/...                                                  the last that came after it

The argument is the lesson. Runs for a teacher, on volumes that are mounted read-only.
"""
import io
import json
import os
import sys
import tarfile
import tempfile

import differences
import outcome


def run(arguments, environment):
    write_all(arguments[0], environment, sys.stdout.buffer)


def write_all(lesson, environment, output):
    root = os.path.abspath(environment.get("SUBMISSIONS", "/submissions"))
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(fileobj=output, mode="w|", format=tarfile.PAX_FORMAT) as stream:
        bases = differences.Bases(os.path.join(os.path.abspath(environment.get("VOLUME", "/volume")), ".mesonet", "history.git"), scratch)
        for kind in ("submissions", "late"):
            for seat, folder in seats(os.path.join(root, kind, lesson)):
                chosen = choose(folder)
                if chosen:
                    write(stream, f"{kind}/{seat}", folder, chosen, bases)


def seats(folder):
    try:
        names = sorted(os.listdir(folder))
    except FileNotFoundError:
        return
    for name in names:
        yield name, os.path.join(folder, name)


def choose(folder):
    """Which one counts. One that could not be taken counts where there is no other: the teacher should hear of it."""
    names = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
    whole = [name for name in names if os.path.exists(os.path.join(folder, name.removesuffix(".json") + ".tar.gz"))]
    by_student = [name for name in whole if name.endswith("-student.json")]
    return (by_student or whole or names or [None])[-1]


def write(stream, place, folder, name, bases):
    with open(os.path.join(folder, name), encoding="ascii") as file:
        manifest = json.load(file)
    path = os.path.join(folder, name.removesuffix(".json") + ".tar.gz")
    archive = open_archive(path) if "archive" in manifest else None
    if archive is None:
        manifest.setdefault("error", "its archive was replaced by a later one" if "superseded" in manifest else "its archive is no longer there")
    add(stream, f"{place}/manifest.json", json.dumps(manifest, indent=1).encode("ascii"))
    if archive is not None:
        with archive:
            stream.addfile(stream.gettarinfo(arcname=f"{place}/work.tar.gz", fileobj=archive), archive)
        add(stream, f"{place}/changes.diff", changes(path, manifest, bases))


def open_archive(path):
    try:
        return open(path, "rb")
    except FileNotFoundError:
        return None


def changes(archive, manifest, bases):
    """The diff. What cannot be compared is told there: the files are there all the same, and so are the others'."""
    try:
        return differences.of(archive, manifest, bases)
    except (OSError, tarfile.TarError, ValueError, EOFError, MemoryError, RecursionError) as error:
        return f"# this cannot be compared ({outcome.sentence_of(error)}): see the files\n".encode("utf-8", "backslashreplace")


def add(stream, name, content):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    stream.addfile(entry, io.BytesIO(content))

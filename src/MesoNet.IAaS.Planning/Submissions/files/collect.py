"""Writes to its output, as a tar stream, what of the students' work for a lesson counts: of each student

  submissions/SEAT/{manifest.json, work.tar.gz, changes.diff}    up to the deadline: the last that the student handed in, or else the deadline's
  late/SEAT/...                                                  the last that came after it

What came late and has been brought within a deadline that was set since is judged by that one (see manifests.py), and its manifest says so here.
The argument is the lesson. Runs for a teacher, on volumes that are mounted read-only.
"""
import io
import json
import os
import sys
import tarfile
import tempfile

import differences
import manifests
import outcome

# Of one student's work, where what was chosen is replaced before it is opened.
TRIES = 5


def run(arguments, environment):
    write_all(arguments[0], environment, sys.stdout.buffer)


def write_all(lesson, environment, output):
    root = os.path.abspath(environment.get("SUBMISSIONS", "/submissions"))
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(fileobj=output, mode="w|", format=tarfile.PAX_FORMAT) as stream:
        bases = differences.Bases(os.path.join(os.path.abspath(environment.get("VOLUME", "/volume")), ".mesonet", "history.git"), scratch)
        for index, kind in enumerate(manifests.KINDS):
            for seat in seats(root, lesson):
                chosen, judged_by, archive = find(root, lesson, seat, index)
                if chosen:
                    write(stream, f"{kind}/{seat}", chosen, judged_by, archive, bases)


def seats(root, lesson):
    """Everybody of whom there is anything."""
    return sorted({seat for kind in manifests.KINDS for seat in manifests.names_in(os.path.join(root, kind, lesson))})


def find(root, lesson, seat, index):
    """The one that counts, the one whose deadline it is judged by, and its archive, open. One whose archive goes in this moment is replaced by a later one: that is chosen then."""
    for _ in range(TRIES):
        judged = manifests.of(root, lesson, seat)
        chosen = choose(manifests.in_time_and_late(judged)[index])
        archive = open_archive(chosen.archive) if chosen and chosen.has_archive else None
        if archive is not None or chosen is None or not chosen.has_archive:
            break
    return chosen, judged.get(chosen), archive


def choose(group):
    """Which one counts. One that could not be taken counts where there is no other: the teacher should hear of it."""
    whole = [hand_in for hand_in in group if hand_in.is_whole]
    by_student = [hand_in for hand_in in whole if hand_in.requested]
    return (by_student or whole or group or [None])[-1]


def write(stream, place, hand_in, judged_by, archive, bases):
    manifest = manifests.read(hand_in.folder, hand_in.name)
    if judged_by is not hand_in:
        manifest |= {"late": False, "deadlineThen": manifest["deadline"], "deadline": judged_by.deadline, "extended": judged_by.extended}
    if archive is None:
        manifest.setdefault("error", "its archive was replaced by a later one" if "superseded" in manifest else "its archive is no longer there")
    add(stream, f"{place}/manifest.json", json.dumps(manifest, indent=1).encode("ascii"))
    if archive is not None:
        with archive:
            stream.addfile(stream.gettarinfo(arcname=f"{place}/work.tar.gz", fileobj=archive), archive)
            archive.seek(0)
            add(stream, f"{place}/changes.diff", changes(archive, manifest, bases))


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

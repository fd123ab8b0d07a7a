"""What is known of a student's hand-ins for a lesson, from their manifests: which of them count, and which need no archive any more."""
import contextlib
import errno
import json
import os
from dataclasses import dataclass

import archives

KINDS = ("submissions", "late")
# Of a student's own, in time and late each, as long as there is room: a student may hand in as often as they like, and must not fill the volume by it.
KEPT = 3
# A longer manifest of one that lost its archive goes without its lists of files: a thousand of those would fill the volume, too.
LARGEST_LEFT = 64 * 1024


@dataclass(frozen=True)
class HandIn:
    folder: str
    name: str        # of its files, without their endings
    requested: str   # empty: at the deadline
    deadline: str
    extended: bool
    taken: str
    late: bool       # as it was when it was taken
    has_archive: bool
    size: int        # of the manifest

    @staticmethod
    def read(folder, name):
        known, size = read(folder, name), os.path.getsize(path_of(folder, name))
        return HandIn(
            folder, name, known.get("requestedAt") or "", known["deadline"], known["extended"], known.get("takenAt", ""), known["late"], "archive" in known, size)

    @property
    def archive(self):
        return os.path.join(self.folder, self.name + ".tar.gz")

    @property
    def is_whole(self):
        return self.has_archive and os.path.exists(self.archive)

    @property
    def moment(self):
        return self.requested or self.deadline


def of(submissions, lesson, seat):
    """All of them, each with the one whose deadline it is judged by. What came late is in time where a deadline that was set since, for this student
    or for the lesson, is later: it is the one of something that was taken after it. An extension that was withdrawn before it came is none."""
    found = [hand_in for kind in KINDS for hand_in in within(os.path.join(submissions, kind, lesson, seat))]
    judged, latest = {}, None
    for hand_in in sorted(found, key=lambda hand_in: (hand_in.taken, hand_in.moment), reverse=True):
        latest = hand_in if latest is None or hand_in.deadline > latest.deadline else latest
        judged[hand_in] = latest if hand_in.late and hand_in.requested and latest.deadline >= hand_in.requested else hand_in
    return judged


def in_time_and_late(judged):
    """Both, the oldest first."""
    ordered = sorted(judged, key=lambda hand_in: hand_in.moment)
    return [hand_in for hand_in in ordered if not is_late(hand_in, judged)], [hand_in for hand_in in ordered if is_late(hand_in, judged)]


def is_late(hand_in, judged):
    return hand_in.late and judged[hand_in] is hand_in


def within(folder):
    return [HandIn.read(folder, name) for name in sorted(name.removesuffix(".json") for name in names_in(folder) if name.endswith(".json"))]


def names_in(folder):
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def supersede(submissions, lesson, seat, most=KEPT):
    """Removes the archives of the student's own hand-ins but the last of them; how many bytes that freed. Killed anywhere, it is run again."""
    freed = 0
    for kept, going in superseded(submissions, lesson, seat, most):
        # Those that stay are on the disk by their names, whatever happens now.
        for folder in sorted({hand_in.folder for hand_in in kept}):
            archives.sync_folder(folder)
        # All of them first, so that there is room for what is written then.
        freed += sum(remove_archive(hand_in) for hand_in in going)
        for hand_in in going:
            note_superseded(hand_in)
    return freed


def bytes_superseded(submissions, lesson, seat, most):
    """How much supersede would free."""
    return sum(os.path.getsize(hand_in.archive) for _, going in superseded(submissions, lesson, seat, most) for hand_in in going if hand_in.is_whole)


def has_whole(submissions, lesson, seat, most):
    """Whether there are so many that can be read."""
    return sum(hand_in.is_whole for hand_in in of(submissions, lesson, seat)) >= most


def superseded(submissions, lesson, seat, most):
    """Of those in time and of those that were late: which stay, and which go because of them; where any goes."""
    for group in in_time_and_late(of(submissions, lesson, seat)):
        own = [hand_in for hand_in in group if hand_in.requested and hand_in.has_archive]
        kept = [hand_in for hand_in in own if hand_in.is_whole][-most:]
        going = [hand_in for hand_in in own if hand_in.moment < kept[0].moment] if len(kept) == most else []
        if going:
            yield kept, going


def remove_archive(hand_in):
    if not os.path.exists(hand_in.archive):
        return 0
    size = os.path.getsize(hand_in.archive)
    os.unlink(hand_in.archive)
    return size


def note_superseded(hand_in):
    """A manifest without its archive counts no more than one that says so: where there is no room for this, it is written another time."""
    manifest = read(hand_in.folder, hand_in.name)
    manifest["superseded"] = manifest.pop("archive")
    if hand_in.size > LARGEST_LEFT:
        manifest |= {"files": [], "deleted": [], "links": [], "left": [], "listsLeftOut": True}
    try:
        write(hand_in.folder, hand_in.name, manifest)
    except OSError as error:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path_of(hand_in.folder, hand_in.name) + ".part")
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise


def path_of(folder, name):
    return os.path.join(folder, name + ".json")


def read(folder, name):
    with open(path_of(folder, name), encoding="ascii") as file:
        return json.load(file)


def write(folder, name, manifest):
    part = path_of(folder, name) + ".part"
    with open(part, "w", encoding="ascii") as file:
        json.dump(manifest, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    settle(part, path_of(folder, name))


def settle(part, path):
    os.chmod(part, 0o440)
    os.rename(part, path)

"""One home: its first copy, or the update of what it has, file by file and three-way. See changes.py for what is decided, safely.py for how."""
import errno
import json
import os

import changes
import lock
import outcome
import safely
import versions
import walls

NEW = ".mesonet-new"
# What may be over when the Job is repeated, without anything being done to the home.
PASSING = frozenset([errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE, errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE])
OF_VOLUME = frozenset([errno.ENOSPC, errno.EROFS, errno.EIO, errno.ESTALE])


class Given:
    """What a home was last given, kept where its student cannot reach it."""

    def __init__(self, settings, home):
        self.folder = os.path.join(settings.own_homes, home)
        self.path = os.path.join(self.folder, "given.json")
        try:
            with open(self.path, encoding="ascii") as file:
                known = json.load(file)
        except (FileNotFoundError, ValueError):
            known = {}
        self.directory = known.get("directory")
        self.version = known.get("version")
        # Versions whose update was begun and not ended: any file may be of one of them.
        self.begun = known.get("begun", [])
        self.history = known.get("history")
        self.report = known.get("report")

    def write(self):
        beside = self.path + ".new"
        with open(beside, "w", encoding="ascii") as file:
            json.dump({"directory": self.directory, "version": self.version, "begun": self.begun, "history": self.history, "report": self.report}, file)
        os.replace(beside, self.path)


def bring(settings, version, history, home):
    """Brings a home to a version and returns the report of it. Whatever is wrong with a home is told of that home."""
    try:
        os.makedirs(os.path.join(settings.own_homes, home), exist_ok=True)
        held = lock.hold(lock_of(settings, home), what="its work was being taken")
        try:
            return bring_within(settings, version, history, home)
        finally:
            os.close(held)
    except outcome.Failure as failure:
        return failed(failure.detail)
    except OSError as error:
        error = walls.whose(error, os.path.join(settings.volume, "homes"), home)
        return {"error": outcome.sentence_of(error), "passes": error.errno in PASSING, "volume": error.errno in OF_VOLUME}
    except (RecursionError, MemoryError, ValueError) as error:
        return {"error": outcome.sentence_of(error)}


def failed(sentence):
    """What ended it lies outside the home, and may be another the next time."""
    return {"error": sentence, "passes": True}


def lock_of(settings, home):
    return os.path.join(settings.own_homes, home, "lock")


def bring_within(settings, version, history, home):
    above = os.open(os.path.join(settings.volume, "homes"), safely.FOLDER)
    try:
        own = safely.open_folder(above, home, make=True)
    finally:
        os.close(above)
    try:
        os.fchmod(own, 0o700)
        try:
            report = give(settings, version, history, home, own) if version else {}
        except OSError:
            # Where a volume is full, half a copy would take the room of the others' whole ones.
            safely.remove(own, NEW)
            raise
        for link in settings.links:
            if safely.kind(own, link)[0] == "absent":
                os.symlink(f"/{link}", link, dir_fd=own)
        return report
    finally:
        os.close(own)


def give(settings, version, history, home, own):
    given = Given(settings, home)
    what, _ = safely.kind(own, settings.code_directory)
    is_known = given.directory == settings.code_directory and given.version is not None
    if what == "absent":
        return first_copy(settings, version, history, given, own)
    if what != "folder":
        raise NotADirectoryError(20, f"{settings.code_directory} is no folder any more; nothing was put there")
    if not is_known and not given.begun:
        return adopt(settings, version, history, given, own)
    if given.version == version.key and not given.begun:
        return given.report
    return update(settings, version, history, given, own)


def first_copy(settings, version, history, given, own):
    # Complete beside its place first, then there at once: a copy that was cut short is never taken for one.
    safely.remove(own, NEW)
    os.mkdir(NEW, 0o755, dir_fd=own)
    root = safely.open_folder(own, NEW)
    try:
        with safely.Folders(root) as folders:
            for path, entry in version.files.items():
                folder, _, name = path.rpartition("/")
                changes.put(version, entry, folders.at(folder, make=True), name)
            history.begin(folders)
    finally:
        os.close(root)
    # Before the folder is in its place: without it, the copy is simply made again.
    settle(settings, version, history, given, {"copied": len(version.files)})
    os.rename(NEW, settings.code_directory, src_dir_fd=own, dst_dir_fd=own)
    return given.report


def adopt(settings, version, history, given, own):
    """A folder of which nothing is known, from before there were updates: it stays as it is, and this version is the base of the next."""
    root = safely.open_folder(own, settings.code_directory)
    try:
        if safely.kind(root, ".git")[0] == "absent":
            safely.remove(own, NEW)
            os.mkdir(NEW, 0o755, dir_fd=own)
            beside = safely.open_folder(own, NEW)
            try:
                with safely.Folders(beside) as folders:
                    history.begin(folders)
                # By the open folder: under its name may lie a link to another's by now.
                os.rename(".git", ".git", src_dir_fd=beside, dst_dir_fd=root)
            finally:
                os.close(beside)
            safely.remove(own, NEW)
    finally:
        os.close(root)
    settle(settings, version, history, given, {"adopted": True})
    return given.report


def update(settings, version, history, given, own):
    base = versions.manifest(settings, given.version) if given.version else {}
    begun = [versions.manifest(settings, key) for key in given.begun]
    if version.key not in given.begun:
        given.begun.append(version.key)
        given.write()
    safely.remove(own, NEW)
    os.mkdir(NEW, 0o700, dir_fd=own)
    root, beside = safely.open_folder(own, settings.code_directory), safely.open_folder(own, NEW)
    try:
        with safely.Folders(root) as folders:
            report = changes.Update(version, base, begun, folders, beside).carry_out()
            report["history"] = history.tell(folders, beside, given.history)
    finally:
        os.close(root)
        os.close(beside)
    safely.remove(own, NEW)
    settle(settings, version, history, given, report)
    return report


def settle(settings, version, history, given, report):
    given.directory, given.version, given.begun, given.history, given.report = settings.code_directory, version.key, [], history.head, report
    given.write()

"""One student's work: the course's folder as an archive, and what it is in a manifest."""
import errno
import gzip
import hashlib
import json
import os
import stat
import tarfile
from datetime import datetime, timedelta, timezone

import fingerprints
import homes
import lock
import manifests
import outcome
import safely
import versions

# Of one hand-in. What goes beyond is named in the manifest. How many there are of one student is bounded in manifests.py.
MOST_FILES = 20_000
MOST_BYTES = 2 * 1024 ** 3
MOST_ENTRIES = 200_000
DEEPEST = 60
# Of all names together, as the manifest has them: it has to be read again.
MOST_NAMES = 4 * 1024 ** 2
# What a student's own folder is to blame for. Anything else (a file server that does not answer, a file that moved on another machine) may pass.
FINAL = frozenset([
    errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.EINVAL, errno.ENXIO, errno.ENODEV, errno.EOVERFLOW, errno.EOPNOTSUPP])
# A file that changed after the deadline: what is still written when the deadline strikes, and clocks that differ a little, are no such change.
GRACE = timedelta(seconds=60)
SECONDS_FOR_UPDATE = 100
# git's own, which would run commands for whoever looks at it with git; and what programs make by themselves.
WITHOUT = frozenset([".git", ".ipynb_checkpoints", "__pycache__"])
ARCHIVE = ".tar.gz"


def take(settings, due):
    """Takes it, unless it is taken already. What is wrong with the home is said in the manifest; what is wrong with the submissions' volume ends the Job."""
    try:
        return take_within(settings, due)
    except SubmissionsFull as full:
        return {"volume": full.error.errno}
    except OSError as error:
        return {"volume": error.errno}


def take_within(settings, due):
    folder = os.path.join(settings.submissions, due.place)
    if os.path.exists(os.path.join(folder, due.name + ".json")):
        result = kept(folder, due)
    else:
        os.makedirs(folder, exist_ok=True)
        try:
            result = take_anew(settings, due, folder)
        finally:
            # Another worker may be at something else of this student's.
            sweep(folder, due.name)
    if due.requested and not result.get("error"):
        manifests.supersede(settings.submissions, due.lesson, due.seat)
    return result


def take_anew(settings, due, folder):
    part = os.path.join(folder, due.name + ".tar.gz.part")
    # Not in the middle of an update of the home; but what is due is taken, whatever holds that up.
    held = lock.share(homes.lock_of(settings, due.seat), SECONDS_FOR_UPDATE)
    try:
        with open(part, "wb") as file:
            taken = Taking(settings, due, file)
            try:
                error = taken.carry_out()
            except Passing as passing:
                return failed(str(passing))
            file.flush()
            os.fsync(file.fileno())
    finally:
        if held is not None:
            os.close(held)
    manifest = taken.manifest(error)
    if not error:
        manifest["archive"] = {"file": due.name + ".tar.gz", "bytes": taken.sink.size, "sha256": taken.sink.digest.hexdigest()}
        manifests.settle(part, os.path.join(folder, due.name + ".tar.gz"))
    manifests.write(folder, due.name, manifest)
    return {"error": error, "noted": True} if error else {"taken": True}


def sweep(folder, of=None):
    """Removes what was begun and did not come to its manifest, of one hand-in or of all: it would hold the room that others' work needs."""
    try:
        names = set(os.listdir(folder))
    except FileNotFoundError:
        return
    for name in names:
        if of is not None and name.partition(".")[0] != of:
            continue
        if name.endswith(".part") or (name.endswith(ARCHIVE) and name.removesuffix(ARCHIVE) + ".json" not in names):
            os.unlink(os.path.join(folder, name))


def kept(folder, due):
    with open(os.path.join(folder, due.name + ".json"), encoding="ascii") as file:
        error = json.load(file).get("error")
    return {"error": error, "noted": True} if error else {"kept": True}


def failed(sentence):
    """What may pass: nothing is noted, and it is tried again."""
    return {"error": sentence.partition(";")[0], "passes": True}


def note_failure(settings, due, sentence):
    folder = os.path.join(settings.submissions, due.place)
    os.makedirs(folder, exist_ok=True)
    manifests.write(folder, due.name, head(settings, due) | {"error": sentence})


def head(settings, due):
    return {
        "course": settings.course, "lesson": due.lesson, "seat": due.seat, "login": due.login, "by": "student" if due.requested else "deadline",
        "deadline": due.deadline, "extended": due.extended, "requestedAt": due.requested or None, "late": due.late,
        "takenAt": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "directory": settings.directory,
    }


class Passing(Exception):
    """It could not be taken, for a reason that may pass."""


def check(error):
    """Lets what the student's own folder is to blame for pass, as its sentence; anything else ends this taking, which is repeated."""
    if error.errno not in FINAL:
        raise Passing(outcome.sentence_of(error)) from error
    return outcome.sentence_of(error)


class SubmissionsFull(Exception):
    """The volume that is written to, and not the home, is at fault: the whole Job ends, and is repeated."""

    def __init__(self, error):
        super().__init__(error)
        self.error = error


class Sink:
    """Writes, counts and hashes what is written."""

    def __init__(self, file):
        self.file, self.size, self.digest = file, 0, hashlib.sha256()

    def write(self, chunk):
        try:
            self.file.write(chunk)
        except OSError as error:
            raise SubmissionsFull(error) from error
        self.size += len(chunk)
        self.digest.update(chunk)
        return len(chunk)

    def flush(self):
        pass


class Source:
    """Reads as many bytes of a file as it was seen to have, whatever its student does to it meanwhile."""

    def __init__(self, descriptor, size, keeps):
        self.descriptor, self.left, self.digest, self.short = descriptor, size, hashlib.sha256(), False
        self.text = [] if keeps else None

    def read(self, count):
        """Always as much as is asked for, as long as there is any left."""
        count, parts = min(count, self.left), []
        missing = count
        while missing > 0 and not self.short:
            chunk = os.read(self.descriptor, missing)
            self.short = not chunk
            parts.append(chunk)
            missing -= len(chunk)
        chunk = b"".join(parts) + bytes(missing)
        self.left -= count
        self.digest.update(chunk)
        if self.text is not None:
            self.text.append(chunk)
        return chunk


class Taking:
    def __init__(self, settings, due, file):
        self.settings, self.due = settings, due
        self.sink = Sink(file)
        self.files, self.links, self.left, self.entries, self.bytes, self.names = [], [], [], 0, 0, 0
        self.late_from = (datetime.strptime(due.deadline, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc) + GRACE).timestamp()
        self.changed_late = set()
        given = homes.Given(settings, due.seat)
        self.given = given if given.version else None
        self.base = versions.manifest(settings, given.version) if given.version else {}

    def manifest(self, error):
        changed = sum(file["change"] in ("changed", "new") for file in self.files)
        present = {file["path"] for file in self.files} | {link["path"] for link in self.links} | {left["path"] for left in self.left}
        deleted = sorted(path for path in (show(path) for path in self.base) if path not in present)
        late = sum(file["path"] in self.changed_late and file["change"] in ("changed", "new") for file in self.files)
        return head(self.settings, self.due) | {
            "changedAfterDeadline": 0 if self.due.late else late,
            "base": {"commit": self.given.version.partition("-")[0], "history": self.given.history} if self.given else None,
            "changedFiles": changed + len(deleted), "bytes": self.bytes, "files": self.files, "deleted": deleted, "links": self.links, "left": self.left,
        } | ({"error": error} if error else {})

    def carry_out(self):
        """Writes the archive; what is wrong with the home in a sentence, or None."""
        try:
            above = os.open(os.path.join(self.settings.volume, "homes"), safely.FOLDER)
            try:
                root = safely.open_folder(above, self.due.seat)
            finally:
                os.close(above)
            try:
                if self.settings.directory:
                    home, root = root, safely.open_folder(root, self.settings.directory)
                    os.close(home)
                with gzip.GzipFile(filename="", mode="wb", compresslevel=4, fileobj=self.sink, mtime=0) as packed, \
                        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
                    self.folder(archive, root, "", 0)
            finally:
                os.close(root)
            return None
        except FileNotFoundError:
            return f"there is no folder {self.settings.directory} in the home" if self.settings.directory else "there is no home"
        except OSError as error:
            return check(error)
        except MemoryError as error:
            raise Passing("there was not enough memory") from error
        except (RecursionError, ValueError) as error:
            return outcome.sentence_of(error)

    def folder(self, archive, folder, path, depth):
        """Files first, then folders: what lies near the top comes before what is deep."""
        if self.entries > self.settings.most_entries:
            return
        folders = []
        try:
            with os.scandir(folder) as found:
                names = []
                for entry in found:
                    self.entries += 1
                    if self.entries > self.settings.most_entries:
                        self.leave(path or ".", f"there are more than {self.settings.most_entries} files; the others were not looked at")
                        break
                    names.append(entry.name)
        except OSError as error:
            return self.leave(path or ".", check(error))
        for name in sorted(names):
            below = f"{path}/{name}" if path else name
            if name in WITHOUT or (not self.settings.directory and not path and name.startswith(".")):
                continue
            try:
                what, found = safely.kind(folder, name)
                if what == "folder":
                    folders.append(name)
                elif what == "file":
                    self.file(archive, folder, name, below, found)
                elif what == "link":
                    self.link(below, os.readlink(name, dir_fd=folder))
                elif what == "other":
                    self.leave(below, "it is no file")
            except FileNotFoundError:
                continue  # gone meanwhile
            except OSError as error:
                self.leave(below, check(error))
        for name in folders:
            below = f"{path}/{name}" if path else name
            if depth >= DEEPEST:
                self.leave(below, "it lies too deep")
                continue
            try:
                opened = safely.open_folder(folder, name)
            except OSError as error:
                self.leave(below, check(error))
                continue
            try:
                self.folder(archive, opened, below, depth + 1)
            finally:
                os.close(opened)

    def link(self, path, target):
        if self.has_room(path, target):
            self.links.append({"path": show(path), "target": show(target)})
        else:
            self.leave(path, "the names are too long to be noted")

    def has_room(self, *names):
        length = sum(len(show(name)) for name in names)
        if self.names + length > MOST_NAMES:
            return False
        self.names += length
        return True

    def file(self, archive, folder, name, path, found):
        if len(self.files) >= MOST_FILES:
            return self.leave(path, f"only {MOST_FILES} files are taken")
        if self.bytes + found.st_size > MOST_BYTES:
            return self.leave(path, "it is too large: 2 GiB are taken in all")
        if not self.has_room(path):
            return self.leave(path, "the names are too long to be noted")
        descriptor = safely.open_regular(folder, name)
        try:
            size = os.fstat(descriptor).st_size
            if self.bytes + size > MOST_BYTES:
                return self.leave(path, "it is too large: 2 GiB are taken in all")
            executable = bool(found.st_mode & stat.S_IXUSR)
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.mtime = size, 0o755 if executable else 0o644, max(0, found.st_mtime_ns // 10**9)
            source = Source(descriptor, size, fingerprints.is_notebook(name) and size <= fingerprints.LARGEST_NOTEBOOK)
            archive.addfile(entry, source)
        finally:
            os.close(descriptor)
        self.bytes += size
        if found.st_ctime > self.late_from:
            self.changed_late.add(show(path))
        digest = source.digest.hexdigest()
        self.files.append({"path": show(path), "size": size, "sha256": digest, "executable": executable, "change": self.change(path, size, digest, source.text)})
        if source.short:
            self.leave(path, "it became shorter while it was taken")

    def change(self, path, size, digest, text):
        base = self.base.get(path)
        if base is None:
            return "new"
        if (base.kind, base.size, base.content) == ("file", size, digest):
            return "same"
        # A notebook that was merely run.
        return "ran" if text is not None and base.cells is not None and fingerprints.cells_of(b"".join(text)) == base.cells else "changed"

    def leave(self, path, why):
        if len(self.left) < 200:
            self.left.append({"path": show(path)[:4096], "why": why})


def show(name):
    """A name as text, whatever bytes it has; so that it can be read back everywhere, and stays on its line."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)

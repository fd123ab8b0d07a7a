"""The update of one home: for each file, what it was given (base), what is in the home (here), and what the course has now (new).

| base -> new          | home untouched   | home changed                        | home has none                    |
|----------------------|------------------|-------------------------------------|----------------------------------|
| new file             |                  | kept; the new one is laid beside    | arrives                          |
| changed              | replaced         | kept; the new one is laid beside    | arrives                          |
| removed              | removed          | kept                                |                                  |
| the same             |                  |                                     | stays deleted, and is reported   |

What is counted follows from base, here and new alone, and not from what had to be done: an update that was cut short and is run again ends
with the same report.
"""
import errno
import functools
import os

import fingerprints
import safely

AT_MOST_LISTED = 1000
# What a file system says that has no hard links.
WITHOUT_LINKS = frozenset([errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK])
MOST_LOOKS = 3


def put(version, entry, folder, name):
    """A file of a version, as a new one."""
    if entry.kind == "link":
        os.symlink(entry.content, name, dir_fd=folder)
    else:
        content = version.contents.get(entry.content)
        safely.write(folder, name, version.blob(entry) if content is None else content, entry.executable)


def put_beside(version, entry, beside):
    """The same in a folder of the program's own, to be brought to its place at once: a large one takes seconds, in which its student goes on saving."""
    try:
        put(version, entry, beside, "file")
    except FileExistsError:
        safely.remove(beside, "file")  # of one that could not be brought to its place
        put(version, entry, beside, "file")


def place(version, entry, folder, name, beside):
    """Puts a file under a name that is free. FileExistsError where its student has taken that name meanwhile."""
    if entry.kind == "link":
        put(version, entry, folder, name)
        return
    put_beside(version, entry, beside)
    try:
        # A rename would take the place of what is there.
        os.link("file", name, src_dir_fd=beside, dst_dir_fd=folder, follow_symlinks=False)
        os.unlink("file", dir_fd=beside)
    except OSError as error:
        if error.errno not in WITHOUT_LINKS:
            raise
        if safely.kind(folder, name)[0] != "absent":
            raise FileExistsError(errno.EEXIST, "it came while the new one was written", name) from error
        os.rename("file", name, src_dir_fd=beside, dst_dir_fd=folder)


class Update:
    def __init__(self, version, base, begun, folders, beside):
        self.version = version
        self.base = base
        self.begun = begun
        self.folders = folders
        self.beside = beside
        self.report = {"updated": [], "added": [], "removed": [], "deleted": [], "kept": []}

    def carry_out(self):
        gone = set(self.base).union(*self.begun) - set(self.version.files)
        for path in sorted(gone, reverse=True):
            self.removed(path)
        self.remove_empty_folders(gone)
        for path, new in self.version.files.items():
            self.wanted(path, new)
        return {what: paths[:AT_MOST_LISTED] for what, paths in self.report.items() if paths}

    def given(self, path):
        """Everything that this file may be without its student's doing."""
        return [entry for entry in (self.base.get(path), *(files.get(path) for files in self.begun)) if entry is not None]

    def removed(self, path):
        folder, _, name = path.rpartition("/")
        try:
            here = Here(self.folders.at(folder), name, self.given(path))
            if here.is_any(self.given(path)) and here.is_still_there():
                os.unlink(name, dir_fd=here.folder)
            elif here.kind not in ("absent", "folder"):
                self.report["kept"].append({"file": path, "why": "removed"})
                return
        except FileNotFoundError:
            pass
        except OSError as error:
            self.blocked(path, error)
            return
        if path in self.base:
            self.report["removed"].append(path)

    def blocked(self, path, error):
        """A link or a file lies in the place of the folder, or the student took the right to write away: that file stays, the others go on."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE):
            raise error
        self.report["kept"].append({"file": path, "why": "blocked"})

    def remove_empty_folders(self, gone):
        wanted = {above for path in self.version.files for above in folders_above(path)}
        for folder in sorted({above for path in gone for above in folders_above(path)} - wanted, key=len, reverse=True):
            above, _, name = folder.rpartition("/")
            try:
                self.folders.close(folder)
                os.rmdir(name, dir_fd=self.folders.at(above))
            except OSError:
                pass  # not empty, or no folder: the student's

    def wanted(self, path, new):
        base = self.base.get(path)
        is_new = not new.is_same_content(base)
        try:
            self.decide(path, new, base, is_new)
        except FileNotFoundError:
            self.report["deleted"].append(path)
        except OSError as error:
            if is_new:
                self.blocked(path, error)

    def decide(self, path, new, base, is_new, looks=1):
        given = self.given(path)
        folder, _, name = path.rpartition("/")
        here = Here(self.folders.at(folder, make=is_new), name, [*given, new])
        if not is_new and all(new.is_same_content(files.get(path)) for files in self.begun):
            self.unchanged(path, new, base, here)
        elif here.kind == "absent":
            try:
                self.arrives(path, new, here, is_new)
            except FileExistsError:
                # Its student has made one of this name meanwhile.
                if looks == MOST_LOOKS:
                    raise
                self.decide(path, new, base, is_new, looks + 1)
        elif here.is_exactly([new]):
            self.set_mode(new, here)
            self.count(path, is_new)
        elif here.is_exactly(given):
            self.replace(path, new, here, is_new)
        elif here.is_any([new]):
            self.count(path, is_new)  # a notebook with these cells, and outputs of its own
        elif here.is_any(given):
            self.replace(path, new, here, is_new)
        elif is_new and not new.is_same_cells(base):
            self.lay_beside(path, new, here)

    def unchanged(self, path, new, base, here):
        if here.kind == "absent":
            self.report["deleted"].append(path)
        elif new.executable != base.executable and here.is_exactly([new]):
            self.set_mode(new, here)

    def arrives(self, path, new, here, is_new):
        # A version whose update was cut short may have taken it away.
        if is_new or any(path not in files for files in self.begun):
            place(self.version, new, here.folder, here.name, self.beside)
            self.count(path, is_new)
        else:
            self.report["deleted"].append(path)

    def replace(self, path, new, here, is_new):
        put_beside(self.version, new, self.beside)
        # The student may have saved it since we looked.
        if not here.is_still_there():
            self.lay_beside(path, new, here)
            return
        os.rename("file", here.name, src_dir_fd=self.beside, dst_dir_fd=here.folder)
        self.count(path, is_new)

    def count(self, path, is_new):
        if is_new:
            self.report["updated" if path in self.base else "added"].append(path)

    def set_mode(self, new, here):
        if here.kind != "file" or bool(here.found.st_mode & 0o100) == new.executable:
            return
        descriptor = safely.open_regular(here.folder, here.name)
        try:
            os.fchmod(descriptor, 0o755 if new.executable else 0o644)
        finally:
            os.close(descriptor)

    def lay_beside(self, path, new, here):
        above = path[: len(path) - len(here.name)]
        for number in range(1, 100):
            name = self.name_beside(here.name, number)
            other = Here(here.folder, name, [new])
            if other.kind == "absent":
                try:
                    place(self.version, new, here.folder, name, self.beside)
                except FileExistsError:
                    continue
            elif not other.is_exactly([new]):
                continue
            self.report["kept"].append({"file": path, "beside": above + name, "why": "changed"})
            return
        raise OSError(errno.EEXIST, "no name is left for the new version", path)

    def name_beside(self, name, number):
        stem, extension = os.path.splitext(name)
        ending = f".nouveau-{self.version.short}{'' if number == 1 else f'-{number}'}{extension}"
        while len(os.fsencode(stem + ending)) > 255:
            stem = stem[:-1]
        return stem + ending


class Here:
    """What is in the home under a name, read only as far as it could be one of what the course gave."""

    def __init__(self, folder, name, candidates):
        self.folder = folder
        self.name = name
        self.kind, self.found = safely.kind(folder, name)
        self.candidates = candidates

    @functools.cached_property
    def entry(self):
        """Looked for only where it decides anything: most files of most updates are in the course as they were."""
        if self.kind == "link":
            return fingerprints.Entry("link", 0, os.readlink(self.name, dir_fd=self.folder), False, None)
        return self.read() if self.kind == "file" and self.is_worth_reading(self.candidates) else None

    def is_worth_reading(self, candidates):
        if any(entry.kind == "file" and entry.size == self.found.st_size for entry in candidates):
            return True
        return self.found.st_size <= fingerprints.LARGEST_NOTEBOOK and any(entry.cells for entry in candidates)

    def read(self):
        try:
            descriptor = safely.open_regular(self.folder, self.name)
        except PermissionError:
            return None  # the student made it unreadable, which is a change
        try:
            self.found = os.fstat(descriptor)
            return fingerprints.of_descriptor(descriptor, self.found.st_size, self.name, bool(self.found.st_mode & 0o100))
        finally:
            os.close(descriptor)

    def is_exactly(self, entries):
        return self.entry is not None and any(entry.is_same_content(self.entry) for entry in entries)

    def is_any(self, entries):
        return self.entry is not None and any(entry.is_same_content(self.entry) or entry.is_same_cells(self.entry) for entry in entries)

    def is_still_there(self):
        return safely.identity(safely.kind(self.folder, self.name)[1]) == safely.identity(self.found)


def folders_above(path):
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]

"""Reads an archive back: against the folders it was made of, or to lay it out again. It is read from its begin to its end, without going back."""
import errno
import gzip
import os
import tarfile

import safely
import tree
from packing import CHUNK


class open_archive:
    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.file = gzip.open(self.path, "rb")
        self.tar = tarfile.open(fileobj=self.file, mode="r|", encoding="utf-8", errors="surrogateescape")
        return self.tar

    def __exit__(self, *_):
        self.tar.close()
        self.file.close()


def members(archive):
    while True:
        info = archive.next()
        # tarfile remembers each of them otherwise.
        archive.members = []
        if info is None:
            return
        yield info


def stored_pieces(info):
    """Where the file's data, which follows in the archive, belongs in the file."""
    return info.sparse if info.sparse is not None else [(0, info.size)]


def data_of(archive, size):
    while size:
        data = archive.fileobj.read(min(size, CHUNK))
        if not data:
            raise OSError(errno.EIO, "the archive ends too early")
        size -= len(data)
        yield data


class Comparison:
    """Whether an archive holds what lies in the folders it was made of, byte by byte."""

    def __init__(self, roots):
        self.folders = {part: safely.Folders(root) for part, root in roots.items()}
        self.entries = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for opened in self.folders.values():
            opened.__exit__()

    def read(self, path):
        with open_archive(path) as archive:
            for info in members(archive):
                if info.name in self.folders:
                    continue
                self.entries += 1
                if not self.is_same(archive, info):
                    raise tree.Changed(f"{info.name} is not what was read before")

    def place(self, path):
        part = next((part for part in self.folders if path.startswith(part + "/")), None)
        if part is None:
            raise OSError(errno.EIO, "the archive that was written reads differently")
        above, _, name = path[len(part) + 1:].rpartition("/")
        return self.folders[part].at(above), name

    def is_same(self, archive, info):
        folder, name = self.place(info.name)
        what, found = safely.kind(folder, name)
        if info.isdir():
            return what == "folder"
        if info.issym():
            return what == "link" and os.readlink(name, dir_fd=folder) == info.linkname
        if what != "file":
            return False
        if info.islnk():
            return os.path.samestat(found, safely.kind(*self.place(info.linkname))[1])
        return found.st_size == info.size and same_content(archive, info, folder, name)


def same_content(archive, info, folder, name):
    with os.fdopen(safely.open_regular(folder, name), "rb", buffering=0) as file:
        for start, size in stored_pieces(info):
            file.seek(start)
            for data in data_of(archive, size):
                if read_exactly(file, len(data)) != data:
                    return False
    return True


def read_exactly(file, size):
    data = file.read(size)
    while 0 < len(data) < size:
        more = file.read(size - len(data))
        if not more:
            break
        data += more
    return data

"""Writes a student's folders as a tar.gz that any tar reads, and reads it back against the folders.

The headers are Python's own (PAX), written one by one, so that nothing is held of a million files. A file with holes is stored with them, in
GNU's sparse format 1.0: what claims a terabyte takes as much as it has. Two names of one file are stored as one file and a hard link.
"""
import errno
import gzip
import hashlib
import json
import os
import stat
import tarfile

import outcome
import safely
import tree

BLOCK = 512
CHUNK = 1 << 20
# Of each of these, so many are remembered and no more.
AT_MOST_PIECES = 100_000
AT_MOST_HARD_LINKS = 100_000
AT_MOST_SKIPPED = 200


class Hashing:
    """A file that is written, and hashed as it goes."""

    def __init__(self, file):
        self.file = file
        self.hash = hashlib.sha256()
        self.size = 0

    def write(self, data):
        self.file.write(data)
        self.hash.update(data)
        self.size += len(data)
        return len(data)

    def flush(self):
        self.file.flush()


class Packed:
    """What became of it."""

    def __init__(self):
        self.entries = 0
        self.skipped = []
        self.skipped_count = 0
        self.lost = 0        # of those, what held something

    def skip(self, path, why, is_lost):
        self.skipped_count += 1
        self.lost += is_lost
        if len(self.skipped) < AT_MOST_SKIPPED:
            self.skipped.append({"path": path[:1000], "why": why, "lost": is_lost})


class Packer:
    def __init__(self, out, lines):
        self.out = out
        self.lines = lines
        self.packed = Packed()
        self.hard_links = {}

    def add_folder(self, root, part):
        self.header(tar_info(part, os.fstat(root), tarfile.DIRTYPE))
        for found in tree.walk(root, part):
            if found.kind == "folder":
                self.header(tar_info(found.path, found.stat, tarfile.DIRTYPE))
                self.tell({"path": found.path, "folder": True})
            elif found.kind == "link":
                target = os.readlink(found.name, dir_fd=found.folder)
                self.header(tar_info(found.path, found.stat, tarfile.SYMTYPE, target))
                self.tell({"path": found.path, "link": target})
            elif found.kind == "file":
                self.add_file(found)
            else:
                self.packed.skip(found.path, found.why or "it is a pipe, a socket or a device", found.kind == "unreadable")

    def add_file(self, found):
        identity = (found.stat.st_dev, found.stat.st_ino)
        if identity in self.hard_links:
            self.header(tar_info(found.path, found.stat, tarfile.LNKTYPE, self.hard_links[identity]))
            self.tell({"path": found.path, "hard": self.hard_links[identity]})
            return
        try:
            descriptor = safely.open_regular(found.folder, found.name)
        except OSError as error:
            self.packed.skip(found.path, outcome.sentence_of(error), True)
            return
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            pieces = pieces_of(descriptor, found.stat)
            if pieces is None:
                self.packed.skip(found.path, f"it has more than {AT_MOST_PIECES} holes", True)
                return
            if pieces == [(0, found.stat.st_size)]:
                self.header(tar_info(found.path, found.stat))
                self.tell({"path": found.path, "size": found.stat.st_size, "sha256": self.content(file, pieces, found)})
            else:
                self.tell({"path": found.path, "size": found.stat.st_size, "holes": True, "sha256": self.sparse(file, pieces, found)})
        if found.stat.st_nlink > 1 and len(self.hard_links) < AT_MOST_HARD_LINKS:
            self.hard_links[identity] = found.path

    def sparse(self, file, pieces, found):
        sparse_map = "".join(f"{number}\n" for number in [len(pieces), *(number for piece in pieces for number in piece)]).encode()
        sparse_map += b"\0" * (-len(sparse_map) % BLOCK)
        info = tar_info("GNUSparseFile.0/file", found.stat)
        info.size = len(sparse_map) + sum(size for _, size in pieces)
        info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": found.path, "GNU.sparse.realsize": str(found.stat.st_size)}
        self.header(info)
        self.out.write(sparse_map)
        return self.content(file, pieces, found)

    def content(self, file, pieces, found):
        digest, size = hashlib.sha256(), 0
        for data in read_pieces(file, pieces, found.path):
            self.out.write(data)
            digest.update(data)
            size += len(data)
        self.out.write(b"\0" * (-size % BLOCK))
        return digest.hexdigest()

    def header(self, info):
        self.out.write(info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape"))

    def tell(self, entry):
        self.lines.write(((",\n" if self.packed.entries else "") + json.dumps(entry, separators=(",", ":"))).encode("ascii"))
        self.packed.entries += 1

    def end(self):
        self.out.write(b"\0" * BLOCK * 2)


def tar_info(path, found, kind=tarfile.REGTYPE, target=""):
    info = tarfile.TarInfo(path)
    info.type, info.linkname = kind, target
    info.mode = stat.S_IMODE(found.st_mode) & 0o777
    # Of the float the last tenth of a microsecond would belong to the second after.
    info.mtime = max(0, found.st_mtime_ns // 10**9)
    info.uid, info.gid = found.st_uid, found.st_gid
    info.size = found.st_size if kind == tarfile.REGTYPE else 0
    return info


def pieces_of(descriptor, found):
    """Where a file has data: one piece of its whole size where it has no holes; None where there are too many to be held."""
    whole = [(0, found.st_size)]
    if found.st_size == 0 or found.st_blocks * 512 >= found.st_size:
        return whole
    pieces, at = [], 0
    while at < found.st_size:
        try:
            start = os.lseek(descriptor, at, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:
                break
            return whole  # a file system that knows no holes
        at = min(os.lseek(descriptor, start, os.SEEK_HOLE), found.st_size)
        pieces.append((start, at - start))
        if len(pieces) > AT_MOST_PIECES:
            return None
    if pieces == whole:
        return whole
    # As tar does: an empty piece says where the file ends.
    return pieces if pieces and sum(pieces[-1]) == found.st_size else [*pieces, (found.st_size, 0)]


def read_pieces(file, pieces, path):
    for start, size in pieces:
        file.seek(start)
        while size:
            data = file.read(min(size, CHUNK))
            if not data:
                raise tree.Changed(f"{path} became shorter while it was read")
            size -= len(data)
            yield data

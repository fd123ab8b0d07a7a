"""A version of the course: the files of one commit, each hashed once, kept on the course's side of the volume."""
import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass

import documents
import fingerprints
import repository
from fingerprints import Entry
from outcome import Failure

SMALL = 256 * 1024
AT_MOST_IN_MEMORY = 64 * 1024 * 1024


@dataclass(frozen=True)
class Version:
    key: str
    commit: str
    folder: str
    files: dict      # path: Entry
    contents: dict   # of small files, by hash; the workers inherit them

    @property
    def short(self):
        return self.commit[:7]

    def blob(self, entry):
        return os.path.join(self.folder, "blobs", entry.content)


def prepare(settings, source):
    """The version that the ref means, fetched only where it is not there yet: a commit that vanished can still be given to who joins late."""
    commit = settings.ref if re.fullmatch("[0-9a-f]{40}", settings.ref) else None
    if commit is None or not documents.are_there(settings, commit) or not is_there(settings, commit):
        commit = source.fetch()
        documents.write(settings, source, commit)
        if not is_there(settings, commit):
            write_version(settings, source, commit)
    return load(settings, commit)


def sweep(settings, current):
    """The files of older versions are no longer needed; what they were is: it is the base of the next update of who missed this one."""
    folder = os.path.join(settings.own, "versions")
    for key in os.listdir(folder):
        if key != current.key:
            shutil.rmtree(os.path.join(folder, key, "blobs"), ignore_errors=True)


def key_of(settings, commit):
    return f"{commit}-{hashlib.sha256(settings.code_path.encode()).hexdigest()[:8]}"


def folder_of(settings, key):
    return os.path.join(settings.own, "versions", key)


def is_there(settings, commit):
    return os.path.isdir(os.path.join(folder_of(settings, key_of(settings, commit)), "blobs"))


def manifest(settings, key):
    """The files of a version given before; none where it is not known any more."""
    if not re.fullmatch("[0-9a-f]{40,64}-[0-9a-f]{8}", key):
        return {}
    try:
        with open(os.path.join(folder_of(settings, key), "manifest.json"), encoding="ascii") as file:
            return {path: Entry(*entry) for path, entry in json.load(file)["files"].items()}
    except (FileNotFoundError, ValueError, TypeError):
        return {}


def load(settings, commit):
    key = key_of(settings, commit)
    version = Version(key, commit, folder_of(settings, key), manifest(settings, key), {})
    room = AT_MOST_IN_MEMORY
    for entry in version.files.values():
        if entry.kind == "file" and entry.size <= min(SMALL, room) and entry.content not in version.contents:
            with open(version.blob(entry), "rb") as file:
                version.contents[entry.content] = file.read()
            room -= entry.size
    return version


def write_version(settings, source, commit):
    beside = os.path.join(settings.work, "version")
    os.makedirs(os.path.join(beside, "blobs"))
    files = {}
    for path, entry, part in contents(settings, source, commit, settings.code_path):
        files[path] = entry
        if entry.kind == "file":
            os.replace(part, os.path.join(beside, "blobs", entry.content))
    with open(os.path.join(beside, "manifest.json"), "w", encoding="ascii") as file:
        json.dump({"commit": commit, "path": settings.code_path, "files": files}, file)
    folder = folder_of(settings, key_of(settings, commit))
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    if os.path.isdir(folder):
        # Its manifest is there from the time when it was the newest, and homes may have it for their base.
        os.rename(os.path.join(beside, "blobs"), os.path.join(folder, "blobs"))
    else:
        os.rename(beside, folder)


def contents(settings, source, commit, path):
    """Yields (path, entry, a file with the content, which the caller may take)."""
    listed = list(source.files(commit, path))
    check([name for name, *_ in listed])
    part = os.path.join(settings.work, "part")
    for folder in sorted({folder for _, _, folder, _ in listed}):
        wanted = {}
        for name, mode, of, blob in listed:
            if of == folder:
                wanted.setdefault(blob, []).append((name, mode))
        for blob, size, read in source.blobs(folder, list(wanted)):
            copy(read, size, part)
            replace_pointer(source, folder, part, size, wanted[blob])
            for index, (name, mode) in enumerate(wanted[blob]):
                if mode == "120000":
                    with open(part, "rb") as file:
                        yield name, Entry("link", 0, os.fsdecode(file.read(4096)), False, None), None
                    continue
                taken = f"{part}-{index}"
                shutil.copyfile(part, taken)
                yield name, fingerprints.of_file(taken, name, mode == "100755"), taken


def copy(read, size, target):
    with open(target, "wb") as file:
        while size > 0:
            chunk = read(min(size, 1 << 20))
            if not chunk:
                raise Failure("MaterialsFailed", "git ended in the middle of a file")
            file.write(chunk)
            size -= len(chunk)


def replace_pointer(source, folder, part, size, names):
    if size > 1024:
        return
    with open(part, "rb") as file:
        pointer = file.read()
    if not pointer.startswith(repository.POINTER):
        return
    if not source.large_file(folder, pointer, part):
        raise Failure("LargeFilesUnavailable", f"{names[0][0]} is kept in git LFS, and the course's image has no git-lfs")


def check(names):
    """git itself makes no such trees; a repository made to do harm might have them."""
    files = set(names)
    if len(files) != len(names):
        raise Failure("MaterialsFailed", "the repository names a file twice")
    for name in files:
        parts = name.split("/")
        if any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
            raise Failure("MaterialsFailed", f"the repository has a file of the name {name!r}")
        if any("/".join(parts[:count]) in files for count in range(1, len(parts))):
            raise Failure("MaterialsFailed", f"the repository names {name!r} as a file and as a folder")

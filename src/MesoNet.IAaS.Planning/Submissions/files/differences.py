"""What a student changed, as a diff against the version of the course that they were last given. Notebooks are compared by their cells, as text:
outputs and counters are no work."""
import json
import os
import shutil
import subprocess
import tarfile
import threading

import fingerprints
from submission import show

LARGEST = 1024 * 1024
AT_MOST = 4 * 1024 * 1024
# Of all files that are compared: they lie unpacked where there is little room.
MOST_BYTES = 64 * 1024 * 1024
SECONDS = 60


class Bases:
    """The versions that students were given, each taken from the course's history once."""

    def __init__(self, history, scratch):
        self.history, self.scratch, self.known = history, scratch, {}

    def of(self, commit):
        """The folder of a version; an empty one where it is not known."""
        if commit not in self.known:
            folder = os.path.join(self.scratch, f"base-{len(self.known)}")
            os.mkdir(folder)
            if commit:
                self.extract(commit, folder)
            self.known[commit] = folder
        return self.known[commit]

    def extract(self, commit, folder):
        archive = os.path.join(self.scratch, "base.tar")
        with open(archive, "wb") as file:
            found = git(["--git-dir", self.history, "archive", "--format=tar", commit], stdout=file)
        if found.returncode == 0:
            with tarfile.open(archive) as packed:
                for entry in packed:
                    if entry.isreg() and entry.size <= LARGEST:
                        put(folder, entry.name, packed.extractfile(entry).read())
        os.unlink(archive)


def of(archive, manifest, bases):
    """The diff as bytes. Files whose names would leave the folder cannot be in an archive that we wrote; they are left out all the same."""
    base = bases.of((manifest.get("base") or {}).get("history"))
    work = os.path.join(bases.scratch, "work")
    shutil.rmtree(work, ignore_errors=True)
    before, after = os.path.join(work, "cours"), os.path.join(work, "rendu")
    os.makedirs(before)
    os.makedirs(after)
    notes, unpacked = [], 0
    shown = {file["path"]: file for file in manifest["files"] if file["change"] not in ("same", "ran")}
    with tarfile.open(fileobj=archive, mode="r:gz") as packed:
        for entry in packed:
            name = entry.name
            file = shown.get(show(name))
            if file is None or not is_inside(name):
                continue
            if entry.size > LARGEST:
                notes.append(f"# {show(name)}: {file['change']}, {entry.size} bytes\n")
                continue
            if name.rpartition("/")[2].lower() == ".gitattributes" or unpacked + entry.size > MOST_BYTES:
                # What would tell git which differences to show; and what is too much.
                notes.append(f"# {show(name)}: {file['change']}, not compared\n")
                continue
            unpacked += entry.size
            put(after, name, packed.extractfile(entry).read())
            if file["change"] == "changed":
                copy(base, before, name)
    for name in manifest["deleted"]:
        if is_inside(name):
            copy(base, before, name)
    return shorten("".join(notes).encode("utf-8", "backslashreplace")) + compared(work)


def compared(work):
    """What git says of the two folders, and no more of it than is shown: it may be anything."""
    process = subprocess.Popen(
        [*GIT, "diff", "--no-index", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--no-prefix", "--", "cours", "rendu"],
        cwd=work, env=surroundings(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    ended = threading.Event()
    timer = threading.Timer(SECONDS, lambda: (ended.set(), process.kill()))
    timer.start()
    try:
        text = process.stdout.read(AT_MOST + 1)
    finally:
        timer.cancel()
        process.kill()
        process.stdout.close()
        process.wait()
    return shorten(text) + (b"\n# comparing took too long: see the files\n" if ended.is_set() else b"")


def shorten(text):
    return text if len(text) <= AT_MOST else text[:AT_MOST] + b"\n# the rest is left out: see the files\n"


def copy(base, before, name):
    path = os.path.join(base, name)
    if os.path.isfile(path):
        with open(path, "rb") as file:
            put(before, name, file.read(), is_text=True)


def put(folder, name, content, is_text=False):
    """Writes a file; of a notebook, its cells."""
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if is_text or not fingerprints.is_notebook(name) else cells(content))


def cells(content):
    try:
        parts = []
        for cell in json.loads(content)["cells"]:
            parts.append(f"# %% [{cell['cell_type']}]\n{fingerprints.source_of(cell['source']).rstrip()}\n")
        return "\n".join(parts).encode("utf-8", "backslashreplace")
    except (ValueError, KeyError, TypeError, RecursionError, MemoryError, AttributeError):
        return content


def is_inside(name):
    return not name.startswith("/") and ".." not in name.split("/")


GIT = ["git", "-c", "core.quotePath=false", "-c", "safe.directory=*"]


def surroundings():
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CEILING_DIRECTORIES": "/", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8"}


def git(arguments, stdout):
    try:
        return subprocess.run([*GIT, *arguments], env=surroundings(), stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 1, b"# comparing took too long: see the files\n", b"")

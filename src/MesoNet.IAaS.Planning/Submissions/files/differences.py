"""What a student changed, as a diff against the version of the course that they were last given. Notebooks are compared by their cells, as text:
outputs and counters are no work."""
import json
import os
import shutil
import subprocess
import tarfile

import fingerprints
from submission import show

LARGEST = 1024 * 1024
AT_MOST = 4 * 1024 * 1024
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
    notes = []
    shown = {file["path"]: file for file in manifest["files"] if file["change"] not in ("same", "ran")}
    with tarfile.open(archive, "r:gz") as packed:
        for entry in packed:
            name = entry.name
            file = shown.get(show(name))
            if file is None or not is_inside(name):
                continue
            if entry.size > LARGEST:
                notes.append(f"# {show(name)}: {file['change']}, {entry.size} bytes\n")
                continue
            put(after, name, packed.extractfile(entry).read())
            if file["change"] == "changed":
                copy(base, before, name)
    for name in manifest["deleted"]:
        if is_inside(name):
            copy(base, before, name)
    found = git(["diff", "--no-index", "--no-ext-diff", "--no-textconv", "--no-color", "--no-prefix", "--", "cours", "rendu"], cwd=work, stdout=subprocess.PIPE)
    text = found.stdout
    if len(text) > AT_MOST:
        text = text[:AT_MOST] + b"\n# the rest is left out: see the files\n"
    return "".join(notes).encode("utf-8", "backslashreplace") + text


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


def git(arguments, cwd=None, stdout=None):
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
                   "GIT_CEILING_DIRECTORIES": "/", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(["git", "-c", "core.quotePath=false", "-c", "safe.directory=*", *arguments], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 1, b"# comparing took too long: see the files\n", b"")

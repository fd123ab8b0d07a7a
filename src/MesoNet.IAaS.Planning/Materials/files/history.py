"""The git history that students begin with: a repository of the course's own with a commit for each version it gave out.

git only ever works in that one. A student's repository is written to as plain files (a pack, a ref), and never read or run: its hooks, filters
and configuration are the student's.
"""
import errno
import os
import shutil
import subprocess

import homes
import repository
import safely
from outcome import Failure

CONFIGURATION = b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n"
REF = ".git/refs/remotes/cours"


def prepare(settings, version):
    try:
        return History(settings, version)
    except Failure:
        # It can be made anew: who has a commit of the old one is then given all of the new one's objects.
        shutil.rmtree(os.path.join(settings.own, "history.git"), ignore_errors=True)
        return History(settings, version)


class History:
    def __init__(self, settings, version):
        self.folder = os.path.join(settings.own, "history.git")
        self.work = os.path.join(settings.work, "history")
        self.environment = repository.plain_environment(settings) | {
            "GIT_INDEX_FILE": os.path.join(self.work, "index"), "GIT_AUTHOR_NAME": "cours", "GIT_AUTHOR_EMAIL": "cours@mesonet.invalid",
            "GIT_COMMITTER_NAME": "cours", "GIT_COMMITTER_EMAIL": "cours@mesonet.invalid"}
        os.makedirs(self.work, exist_ok=True)
        if not os.path.isdir(self.folder):
            self.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", self.folder, at=None)
        self.head = self.current(version) or self.commit(version)
        self.parent = self.git("log", "-1", "--format=%P", self.head).decode().split()
        self.packs = {}
        self.prepare_packs(settings, version)

    def current(self, version):
        found = self.run("log", "-1", "--format=%H %b", "refs/heads/main")
        head, _, key = found.stdout.decode().strip().partition(" ")
        return head if found.returncode == 0 and key.strip() == version.key else None

    def commit(self, version):
        self.git("read-tree", "--empty")
        files = [(path, entry) for path, entry in version.files.items() if entry.kind == "file"]
        ids = self.git("hash-object", "-w", "--no-filters", "--stdin-paths", said="".join(version.blob(entry) + "\n" for _, entry in files).encode()).decode().split()
        lines = [f"{'100755' if entry.executable else '100644'} {blob}\t".encode() + os.fsencode(path) for (path, entry), blob in zip(files, ids)]
        for path, entry in version.files.items():
            if entry.kind == "link":
                blob = self.git("hash-object", "-w", "--stdin", said=os.fsencode(entry.content)).decode().strip()
                lines.append(f"120000 {blob}\t".encode() + os.fsencode(path))
        self.git("update-index", "-z", "--index-info", said=b"".join(line + b"\0" for line in lines))
        tree = self.git("write-tree").decode().strip()
        before = self.run("rev-parse", "--verify", "--quiet", "refs/heads/main").stdout.decode().strip()
        parents = ["-p", before] if before else []
        commit = self.git("commit-tree", tree, *parents, "-m", f"Version {version.short} du cours", "-m", version.key).decode().strip()
        self.git("update-ref", "refs/heads/main", commit)
        return commit

    def prepare_packs(self, settings, version):
        """One pack for who begins, and one for each version that somebody has: made once, copied by the workers."""
        known = [homes.Given(settings, home) for home in settings.homes]
        self.pack(None)
        for commit in {given.history for given in known if given.version != version.key and given.history}:
            self.pack(commit)
        self.git("read-tree", self.head)

    def pack(self, since):
        if since is not None and self.run("cat-file", "-e", f"{since}^{{commit}}").returncode != 0:
            return
        if since is None:
            # The commit without those before it: a student's history begins with the version they began with.
            objects = self.head.encode() + b"\n" + self.git("rev-list", "--objects", "--no-object-names", f"{self.head}^{{tree}}")
        else:
            objects = self.git("rev-list", "--objects", "--no-object-names", self.head, f"^{since}")
        if objects.strip():
            name = self.git("-c", "pack.threads=1", "-c", "core.bigFileThreshold=4m", "pack-objects", "--quiet", os.path.join(self.work, "pack"), said=objects)
            self.packs[since] = f"pack-{name.decode().strip()}"

    def begin(self, folders):
        """Writes a student's first repository into a folder that is not in its place yet."""
        for path in ("objects/info", "refs/tags", "info"):
            folders.at(f".git/{path}", make=True)
        git = folders.at(".git")
        safely.write(git, "HEAD", b"ref: refs/heads/main\n")
        safely.write(git, "config", CONFIGURATION)
        safely.write(git, "index", self.environment["GIT_INDEX_FILE"])
        if self.parent:
            safely.write(git, "shallow", f"{self.head}\n".encode())
        for folder in (".git/refs/heads", REF):
            safely.write(folders.at(folder, make=True), "main", f"{self.head}\n".encode())
        self.write_pack(folders.at(".git/objects/pack", make=True), None, None)

    def tell(self, folders, beside, known):
        """Adds a version to a student's repository, as cours/main; whether that was possible."""
        try:
            self.write_pack(folders.at(".git/objects/pack"), known if known in self.packs else None, beside)
            safely.remove(beside, "ref")
            safely.write(beside, "ref", f"{self.head}\n".encode())
            os.rename("ref", "main", src_dir_fd=beside, dst_dir_fd=folders.at(REF, make=True))
            return True
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
            return False  # the student removed the repository, or made something else of it

    def write_pack(self, folder, since, beside):
        name = self.packs.get(since)
        if name is None:
            return
        for ending in (".pack", ".idx"):
            source = os.path.join(self.work, name + ending)
            what, found = safely.kind(folder, name + ending)
            if what == "file" and found.st_size == os.path.getsize(source):
                continue
            if beside is None:
                safely.write(folder, name + ending, source)
                continue
            safely.remove(beside, "pack")
            safely.write(beside, "pack", source)
            os.rename("pack", name + ending, src_dir_fd=beside, dst_dir_fd=folder)

    def git(self, *arguments, at="", said=None):
        found = self.run(*arguments, at=at, said=said)
        if found.returncode != 0:
            raise Failure("MaterialsFailed", f"git {arguments[0]}: {found.stderr.decode(errors='replace')}")
        return found.stdout

    def run(self, *arguments, at="", said=None):
        return subprocess.run(
            repository.command(*arguments, at=self.folder if at == "" else at), env=self.environment, input=b"" if said is None else said, capture_output=True)

"""Fetches a data set into a volume of its own and verifies it. Runs in the data set's Job, with nothing but Python's standard library (and
git, where the source is a repository). Repeating it is free: what was received is resumed, what is in place is left alone.

The volume:   data/        the data set, complete or not there at all
              fetched.json what is told of it
              .fetching/   what is under way: files received (.part while they are not whole), and tree/, which becomes data/ at the end
In:           SOURCE, JSON: {"git": {repository, ref, path}} or {"files": [{url, sha256, unpack, path}]}; LIMIT, the most bytes it may have
Out:          lines {"bytes": ..., "file": ...} while it goes on; at the end the termination message, {"bytes", "files", "commit"} or
              {"reason", "detail", "file", "expected", "found", "bytes"}
"""
import errno
import fcntl
import hashlib
import http.client
import json
import os
import posixpath
import re
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tarfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib

VOLUME = os.environ.get("VOLUME", "/volume")
MESSAGE = os.environ.get("MESSAGE", "/dev/termination-log")
PAUSE = float(os.environ.get("PAUSE", "5"))
ATTEMPTS = 5
TIMEOUT = 60
# How often it is told how far it is; and how long git may neither receive nor say anything: a server counts what it has to send, too.
EVERY = float(os.environ.get("EVERY", "2"))
SILENCE = float(os.environ.get("SILENCE", "300"))
CHUNK = 1 << 20
MOST_ENTRIES = 5_000_000
MOST_ZIP_ENTRIES = 500_000

DATA = os.path.join(VOLUME, "data")
REPORT = os.path.join(VOLUME, "fetched.json")
WORK = os.path.join(VOLUME, ".fetching")
TREE = os.path.join(WORK, "tree")


class Failure(Exception):
    """Why there is no data set, in a word and for people."""

    def __init__(self, reason, detail, **facts):
        super().__init__(detail)
        self.message = {"reason": reason, "detail": detail[:600], **{name: value[:1100] for name, value in facts.items()}}


class Progress:
    """Tells how far it is, every other second."""

    def __init__(self):
        self.bytes, self.file, self.told = 0, "", time.monotonic()

    def reach(self, count):
        """So far it is at least: what git holds is packed, and its files are larger."""
        self.add(max(0, count - self.bytes))

    def add(self, count):
        self.bytes += count
        if time.monotonic() - self.told >= EVERY:
            self.told = time.monotonic()
            print(json.dumps({"bytes": self.bytes, "file": self.file[:300]}), flush=True)


class Tree:
    """The folder that becomes the data set. Nothing is ever written outside it, nor through a link."""

    def __init__(self, root, limit):
        self.root, self.limit, self.bytes, self.entries = root, limit, 0, 0
        os.makedirs(root)

    def place(self, base, name, what):
        """The path of an entry, its folders made; what is there already under that name gives way."""
        path = self.folder_of(base, name, what)
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            raise Failure("InvalidSource", f"{what} has more than {MOST_ENTRIES} entries")
        if os.path.lexists(path):
            if os.path.isdir(path) and not os.path.islink(path):
                raise Failure("InvalidSource", f"{what} has a folder and a file of the same name: {name}")
            os.unlink(path)
        return path

    def folder_of(self, base, name, what):
        parts = [part for part in f"{base}/{name}".split("/") if part not in ("", ".")]
        if name.startswith("/") or "\0" in name or ".." in parts or not parts:
            raise Failure("InvalidSource", f"{what} has an entry that would lie outside the data set: {name}")
        folder = self.root
        for part in parts[:-1]:
            folder = os.path.join(folder, part)
            if os.path.islink(folder):
                raise Failure("InvalidSource", f"{what} has an entry behind a link: {name}")
            if not os.path.isdir(folder):
                os.mkdir(folder)
        return os.path.join(folder, parts[-1])

    def directory(self, base, name, what):
        if name.strip("./") == "":
            return
        path = self.folder_of(base, name, what)
        if os.path.islink(path):
            raise Failure("InvalidSource", f"{what} has a folder and a link of the same name: {name}")
        os.makedirs(path, exist_ok=True)

    def file(self, base, name, source, executable, what):
        descriptor = os.open(self.place(base, name, what), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o755 if executable else 0o644)
        with os.fdopen(descriptor, "wb") as target:
            while chunk := source.read(CHUNK):
                self.count(len(chunk), what)
                target.write(chunk)

    def symbolic_link(self, base, name, target, what):
        path = self.place(base, name, what)
        if target.startswith("/") or "\0" in target:
            raise Failure("InvalidSource", f"{what} has a link out of the data set: {name} -> {target}")
        os.symlink(target, path)

    def hard_link(self, base, name, target, what):
        origin = self.folder_of(base, target, what)
        if not os.path.isfile(origin) or os.path.islink(origin):
            raise Failure("InvalidSource", f"{what} has a link to what is not there: {name} -> {target}")
        os.link(origin, self.place(base, name, what))

    def adopt(self, base, name, path):
        """A file that was received stays where it is as well: were this Job killed now, it would have to be fetched again."""
        self.count(os.path.getsize(path), name)
        target = self.place(base, name, name)
        try:
            os.link(path, target)
        except OSError:
            shutil.copyfile(path, target)
        os.chmod(target, 0o644)

    def count(self, length, what):
        self.bytes += length
        if self.bytes > self.limit:
            raise Failure("TooLarge", f"{what} is larger than the volume ({self.limit} bytes)")

    def check_links(self):
        """Whatever links lead through, they must end in here: asked at the end, since one may lead through another."""
        root = os.path.realpath(self.root)
        for folder, folders, files in os.walk(self.root):
            for name in folders + files:
                path = os.path.join(folder, name)
                if os.path.islink(path) and not (os.path.realpath(path) + "/").startswith(root + "/"):
                    raise Failure("InvalidSource", f"there is a link out of the data set: {os.path.relpath(path, self.root)} -> {os.readlink(path)}")


def unpack_tar(stream, tree, base, what):
    try:
        with tarfile.open(fileobj=stream, mode="r|*") as archive:
            for member in archive:
                archive.members = []  # it keeps each one, which is a gigabyte of two million
                if member.isdir():
                    tree.directory(base, member.name, what)
                elif member.isreg():
                    tree.file(base, member.name, archive.extractfile(member), member.mode & 0o100, what)
                elif member.issym():
                    tree.symbolic_link(base, member.name, member.linkname, what)
                elif member.islnk():
                    tree.hard_link(base, member.name, member.linkname, what)
                else:
                    raise Failure("InvalidSource", f"{what} has an entry that is neither file, folder nor link: {member.name}")
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise Failure("InvalidSource", f"{what} is no whole tar archive: {error}", file=what) from error


def unpack_zip(path, tree, base, what):
    try:
        count = entries_of_zip(path)
        if count > MOST_ZIP_ENTRIES:
            raise Failure("InvalidSource", f"{what} has {count} entries: of a zip archive, {MOST_ZIP_ENTRIES} at most are read; make a tar.gz of it", file=what)
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                mode = member.external_attr >> 16
                if member.is_dir():
                    tree.directory(base, member.filename, what)
                elif stat.S_ISLNK(mode):
                    with archive.open(member) as link:
                        tree.symbolic_link(base, member.filename, link.read(4096).decode("utf-8", "replace"), what)
                elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                    raise Failure("InvalidSource", f"{what} has an entry that is neither file, folder nor link: {member.filename}")
                else:
                    with archive.open(member) as source:
                        tree.file(base, member.filename, source, mode & 0o100, what)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error) as error:
        raise Failure("InvalidSource", f"{what} is no whole zip archive that can be read: {error}", file=what) from error


def entries_of_zip(path):
    """How many entries its end says that it has. Its list of them is read as a whole, so a long one is refused before that."""
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 66_000))
        end = file.read()
        at = end.rfind(b"PK\5\6")
        if at < 0 or at + 22 > len(end):
            return 0
        count, = struct.unpack_from("<H", end, at + 10)
        if at >= 20 and end[at - 20:at - 16] == b"PK\6\7":
            file.seek(struct.unpack_from("<Q", end, at - 12)[0])
            larger = file.read(56)
            count = struct.unpack_from("<Q", larger, 32)[0] if len(larger) == 56 else count
    return count


def receive(url, part, limit, progress):
    """Receives a file, or what is missing of it where the server gives parts."""
    have = os.path.getsize(part) if os.path.exists(part) else 0
    request = urllib.request.Request(url, headers={"User-Agent": "mesonet-dataset", "Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.build_opener().open(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:
            progress.add(have)
            return
        lasting = 400 <= error.code < 500 and error.code not in (408, 425, 429)
        raise Failure("NotFound" if lasting else "Unreachable", f"the server answers {error.code} {error.reason}", file=url) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failure("Unreachable", str(getattr(error, "reason", error)), file=url) from error
    with response:
        if have and not (response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-")):
            have = 0
        progress.add(have)
        length = response.headers.get("Content-Length")
        expected = have + int(length) if length and length.isdigit() else None
        with open(part, "ab" if have else "wb") as target:
            while chunk := read(response, url):
                have += len(chunk)
                if have > limit:
                    raise Failure("TooLarge", f"it is larger than the volume ({limit} bytes)", file=url)
                target.write(chunk)
                progress.add(len(chunk))
    if expected is not None and have < expected:
        raise Failure("Unreachable", f"the connection broke off after {have} of {expected} bytes", file=url)


def read(response, url):
    try:
        return response.read(CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise Failure("Unreachable", f"the connection broke off: {error}", file=url) from error


def digest(path):
    found = hashlib.sha256()
    with open(path, "rb") as source:
        while chunk := source.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def download(entry, limit, progress):
    """A file that is whole and has the sha256 it should have."""
    url, expected = entry["url"], entry["sha256"].lower()
    whole = os.path.join(WORK, expected)
    if os.path.exists(whole):
        progress.add(os.path.getsize(whole))
        return whole
    part, attempt, began_anew = f"{whole}.part", 1, False
    while True:
        resumed, before = os.path.exists(part) and os.path.getsize(part) > 0, progress.bytes
        try:
            receive(url, part, limit, progress)
        except Failure as failure:
            if failure.message["reason"] != "Unreachable" or attempt >= ATTEMPTS:
                progress.bytes = before + (os.path.getsize(part) if os.path.exists(part) else 0)
                raise
            attempt += 1
            progress.bytes = before
            time.sleep(PAUSE)
            continue
        found = digest(part)
        if found == expected:
            os.rename(part, whole)
            return whole
        os.unlink(part)
        # What was there may have been of another file by that address: only what was received in one piece is judged.
        if not resumed or began_anew:
            raise Failure("ChecksumMismatch", "its sha256 is another", file=url, expected=expected, found=found)
        began_anew, progress.bytes = True, before


def fetch_files(files, tree, limit, progress):
    for entry in files:
        progress.file = entry["url"]
        received = download(entry, limit, progress)
        base = entry.get("path") or ""
        if entry.get("unpack") == "zip":
            unpack_zip(received, tree, base, entry["url"])
        elif entry.get("unpack"):
            with open(received, "rb") as stream:
                unpack_tar(stream, tree, base, entry["url"])
        else:
            name = urllib.parse.unquote(posixpath.basename(urllib.parse.urlsplit(entry["url"]).path))
            tree.adopt("", base or name, received)


def command(*arguments):
    options = ["-c", "core.hooksPath=/dev/null", "-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=60", "-c", "protocol.file.allow=never"]
    return ["git", *options, *arguments]


def surroundings():
    return {**os.environ, "HOME": WORK, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"}


def git(*arguments, check=True):
    try:
        done = subprocess.run(command(*arguments), env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    except FileNotFoundError as error:
        raise Failure("ImageUnsuitable", "the image has no git, which this source needs") from error
    if check and done.returncode != 0:
        raise Failure("FetchFailed", f"git {arguments[2] if arguments[0] == '-C' else arguments[0]}: {done.stderr.strip()}")
    return done


class Words:
    """The last of what git says, read as it comes; and how much that was."""

    OF_PROGRESS = re.compile(r"(remote: *)?(Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking|Updating|Checking|Total)\b.*")

    def __init__(self, stream):
        self.stream, self.text, self.count = stream, b"", 0
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        while chunk := self.stream.read1(4096):
            self.text = (self.text + chunk)[-8192:]
            self.count += len(chunk)

    def without_progress(self):
        self.thread.join(10)
        lines = re.split(r"[\r\n]+", self.text.decode("utf-8", "replace"))
        return "\n".join(line.strip() for line in lines if line.strip() and not self.OF_PROGRESS.fullmatch(line.strip()))


def receive_git(repository, source, progress):
    """Fetches, and tells how much of it there is. git itself waits for a server that is silent as long as that keeps the connection, except over HTTP."""
    # Few objects too are written as they come, and not each once it is whole in the memory.
    arguments = command("-c", "fetch.unpackLimit=1", "-C", repository, "fetch", "--progress", "--depth", "1", source["repository"], source["ref"])
    with subprocess.Popen(arguments, env=surroundings(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True) as fetching:
        try:
            words, before, since = Words(fetching.stderr), None, time.monotonic()
            while not ended(fetching):
                size = size_of(repository)
                progress.reach(size)
                if (size, words.count) != before:
                    before, since = (size, words.count), time.monotonic()
                elif time.monotonic() - since > SILENCE:
                    raise Failure("Unreachable", f"the server has been silent for {SILENCE:.0f} seconds, after {size} bytes", file=source["repository"])
            return fetching.returncode, words.without_progress()
        finally:
            # With what it has started: they hold its output open.
            if fetching.returncode is None:
                os.killpg(fetching.pid, signal.SIGKILL)


def ended(process):
    try:
        process.wait(min(2, SILENCE / 4))
        return True
    except subprocess.TimeoutExpired:
        return False


def size_of(folder):
    """What it holds now; git moves and removes files meanwhile."""
    size = 0
    for above, _, files in os.walk(folder):
        for name in files:
            try:
                size += os.lstat(os.path.join(above, name)).st_size
            except FileNotFoundError:
                continue
    return size


NO_SUCH_REPOSITORY = (
    "not found", "no such repository", "not exported", "does not appear to be a git repository", "does not exist", "access denied",
    "could not read Username", "Authentication failed", "Permission denied")
NO_SUCH_REF = ("couldn't find remote ref", "not our ref", "no such remote ref")


def fetch_git(source, tree, progress):
    progress.file = source["repository"]
    repository, path = os.path.join(WORK, "repository"), source.get("path") or ""
    shutil.rmtree(repository, ignore_errors=True)
    git("init", "--quiet", repository)
    code, said = receive_git(repository, source, progress)
    if code != 0:
        if any(words in said for words in NO_SUCH_REF):
            raise Failure("NotFound", f"the repository has no branch, tag or commit {source['ref']} (git: {said})", file=source["repository"])
        lasting = any(words in said for words in NO_SUCH_REPOSITORY)
        raise Failure("NotFound" if lasting else "Unreachable", f"git: {said}", file=source["repository"])
    commit = git("-C", repository, "rev-parse", "FETCH_HEAD^{commit}").stdout.strip()
    what = f"{commit}:{path}" if path else commit
    if path and git("-C", repository, "cat-file", "-t", what, check=False).stdout.strip() != "tree":
        raise Failure("NotFound", f"the repository has no folder {path} at {commit}", file=source["repository"])
    place_tree(repository, what, tree, source["repository"], progress)
    return commit


def place_tree(repository, what, tree, told, progress):
    """The files as they are stored: git archive would leave out, and rewrite, what the repository's own attributes say."""
    with subprocess.Popen(["git", "-C", repository, "ls-tree", "-r", "-z", "--full-tree", what], stdout=subprocess.PIPE) as listing, \
            subprocess.Popen(["git", "-C", repository, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as contents:
        for description, name in entries(listing.stdout):
            mode, kind, blob = description.split()
            if kind == "commit":
                tree.directory("", name, told)  # a submodule's place
                continue
            contents.stdin.write(blob.encode() + b"\n")
            contents.stdin.flush()
            header = contents.stdout.readline().split()
            if len(header) != 3 or header[1] != b"blob":
                raise Failure("FetchFailed", f"git has no content of {name}")
            part = Part(contents.stdout, int(header[2]), lambda: progress.reach(tree.bytes))
            if mode == "120000":
                tree.symbolic_link("", name, os.fsdecode(part.read(4096)), told)
            else:
                tree.file("", name, part, mode == "100755", told)
            part.end()
        contents.stdin.close()
    if listing.returncode != 0 or contents.returncode != 0:
        raise Failure("FetchFailed", f"git ended with {listing.returncode or contents.returncode}")


def entries(listing):
    """Yields (description, name) of what git ls-tree -z says, as it comes."""
    left = b""
    while chunk := listing.read(CHUNK):
        *whole, left = (left + chunk).split(b"\0")
        for entry in whole:
            description, name = entry.split(b"\t", 1)
            yield description.decode(), os.fsdecode(name)


class Part:
    """So many bytes of a stream, as a file."""

    def __init__(self, stream, size, tell):
        self.stream, self.left, self.tell = stream, size, tell

    def read(self, count):
        self.tell()
        chunk = self.stream.read(min(count, self.left))
        if not chunk and self.left:
            raise Failure("FetchFailed", "git ended in the middle of a file")
        self.left -= len(chunk)
        return chunk

    def end(self):
        while self.left:
            self.read(CHUNK)
        self.stream.read(1)


def fetch(progress):
    source, limit, commit = json.loads(os.environ["SOURCE"]), int(os.environ.get("LIMIT") or sys.maxsize), None
    os.umask(0o022)
    os.makedirs(WORK, exist_ok=True)
    with open(os.path.join(VOLUME, ".lock"), "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise Failure("Interrupted", "another Job is still at work on this volume") from error
            # A file system without locks: Jobs are created one after the other as well.
        if not os.path.exists(DATA):
            shutil.rmtree(TREE, ignore_errors=True)
            tree = Tree(TREE, limit)
            if source.get("git"):
                commit = fetch_git(source["git"], tree, progress)
            else:
                fetch_files(source["files"], tree, limit, progress)
            tree.check_links()
            with open(REPORT, "w", encoding="utf-8") as report:
                json.dump({"bytes": tree.bytes, "files": tree.entries, **({"commit": commit} if commit else {})}, report)
            # On the disk before it gets its name: after a power cut the name must not stand for empty files.
            os.sync()
            os.rename(TREE, DATA)
        shutil.rmtree(WORK, ignore_errors=True)
        with open(REPORT, encoding="utf-8") as report:
            return json.load(report)


def say(message):
    with open(MESSAGE, "w", encoding="utf-8") as target:
        target.write(json.dumps(message, ensure_ascii=False))


def main():
    progress = Progress()
    try:
        say(fetch(progress))
        return 0
    except Failure as failure:
        message = failure.message
    except OSError as error:
        reason = {
            errno.ENOSPC: "NoSpace", errno.EDQUOT: "NoSpace", errno.EACCES: "VolumeNotWritable", errno.EPERM: "VolumeNotWritable", errno.EROFS: "VolumeNotWritable",
        }.get(error.errno, "FetchFailed")
        message = {"reason": reason, "detail": str(error)[:600]}
    print(f"{message['reason']}: {message['detail']}", file=sys.stderr)
    say(message | ({"bytes": progress.bytes} if progress.bytes else {}))
    return 1


if __name__ == "__main__":
    sys.exit(main())

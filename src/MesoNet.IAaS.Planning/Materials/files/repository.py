"""The course's repository: fetched by git into a folder of the course's own, and read from its objects. Nothing of it is checked out or run."""
import os
import shlex
import shutil
import subprocess
from urllib.parse import urlsplit

from outcome import Failure

NO_SUCH_REF = ("couldn't find remote ref", "not our ref", "no such remote ref", "invalid refspec")
KEY_REFUSED = ("permission denied", "host key verification failed", "authentication failed", "could not read username", "could not read password",
               "invalid username or password", "terminal prompts disabled", "invalid format", "error in libcrypto", "returned error: 403")
# Servers say the same of a repository that is not there and of one that this key may not read.
NO_SUCH_REPOSITORY = ("not found", "could not be found", "no such repository", "not exported", "does not appear to be a git repository", "does not exist",
                      "access denied", "don't have permission")
# A commit of another repository of which nothing says where that is.
NO_SUCH_MODULE = "no url found for submodule path"
POINTER = b"version https://git-lfs.github.com/spec/"


class Repository:
    def __init__(self, settings):
        self.settings = settings
        self.folder = os.path.join(settings.work, "repository")

    def fetch(self):
        """The commit that the ref means, with its files at hand."""
        self.environment = environment(self.settings)
        self.git("init", "--quiet", self.folder, at=None)
        self.ask("fetch", "--quiet", "--no-tags", "--depth", "1", self.settings.repository, self.settings.ref)
        return self.git("rev-parse", "FETCH_HEAD^{commit}").decode().strip()

    def tree(self, commit, path):
        """The name that git gives to everything below a folder."""
        if self.run("cat-file", "-t", f"{commit}:{path}").stdout.strip() != b"tree":
            raise Failure("PathNotFound", f"the repository has no folder {path} at {commit}")
        return self.git("rev-parse", f"{commit}:{path}").decode().strip()

    def files(self, commit, path):
        """Yields (path, mode, folder of the repository, blob) of everything below a folder; of submodules too."""
        if path:
            self.tree(commit, path)
        entries = list(self.entries(self.folder, f"{commit}:{path}" if path else commit))
        modules = [name for name, mode, _ in entries if mode == "160000"]
        if modules:
            self.submodules(commit)
        for name, mode, blob in entries:
            if mode != "160000":
                yield name, mode, self.folder, blob
                continue
            below = os.path.join(self.folder, path, name)
            for inner, inner_mode, inner_blob in self.entries_below(below, ""):
                yield (f"{name}/{inner}", inner_mode, *inner_blob)

    def entries_below(self, folder, prefix):
        for name, mode, blob in self.entries(folder, "HEAD"):
            if mode == "160000":
                yield from self.entries_below(os.path.join(folder, name), f"{prefix}{name}/")
            else:
                yield prefix + name, mode, (folder, blob)

    def entries(self, folder, tree):
        for line in self.git("ls-tree", "-r", "-z", "--full-tree", tree, at=folder).split(b"\0"):
            if line:
                description, name = line.split(b"\t", 1)
                mode, _, blob = description.decode().split()
                yield os.fsdecode(name), mode, blob

    def submodules(self, commit):
        # Only the places of the submodules are checked out, in a folder of the course's own; hooks, filters and other protocols are off.
        self.git("checkout", "--quiet", "--detach", "--force", commit)
        self.git("remote", "add", "origin", self.settings.repository)
        self.ask("submodule", "--quiet", "update", "--init", "--recursive", "--force")

    def blobs(self, folder, ids):
        """Yields (blob, size, a function that reads so many bytes of it); each must be read to its end."""
        process = subprocess.Popen(command("cat-file", "--batch", "--buffer", at=folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.environment)
        # The names are written by a process of their own: both pipes are small.
        writer = os.fork()
        if writer == 0:
            try:
                process.stdin.write("".join(f"{blob}\n" for blob in ids).encode())
                process.stdin.close()
            finally:
                os._exit(0)
        process.stdin.close()
        try:
            for blob in ids:
                header = process.stdout.readline().split()
                if len(header) != 3 or header[1] != b"blob":
                    raise Failure("MaterialsFailed", f"git has no object {blob}")
                yield blob, int(header[2]), process.stdout.read
                process.stdout.read(1)
        finally:
            process.stdout.close()
            process.wait()
            os.waitpid(writer, 0)

    def large_file(self, folder, pointer, target):
        """Puts the content that an LFS pointer stands for into a file; False where there is no git-lfs to fetch it with."""
        if subprocess.run(command("lfs", "version"), env=self.environment, capture_output=True).returncode != 0:
            return False
        self.run("remote", "add", "origin", self.settings.repository)
        beside = target + ".lfs"
        with open(beside, "wb") as file:
            found = subprocess.run(command("lfs", "smudge", at=folder), input=pointer, stdout=file, stderr=subprocess.PIPE, env=self.environment)
        with open(beside, "rb") as file:
            is_pointer = file.read(len(POINTER)) == POINTER
        if found.returncode != 0 or is_pointer:
            raise Failure("LargeFilesMissing", found.stderr.decode(errors="replace"))
        os.replace(beside, target)
        return True

    def git(self, *arguments, at=""):
        found = self.run(*arguments, at=at)
        if found.returncode != 0:
            raise Failure("MaterialsFailed", f"git {arguments[0]}: {found.stderr.decode(errors='replace')}")
        return found.stdout

    def run(self, *arguments, at=""):
        return subprocess.run(command(*arguments, at=self.folder if at == "" else at), env=self.environment, capture_output=True)

    def ask(self, *arguments):
        """What asks a server: it may be away, or know nothing of it."""
        try:
            found = subprocess.run(command(*arguments, at=self.folder), env=self.environment, capture_output=True, timeout=600)
        except subprocess.TimeoutExpired as error:
            raise Failure("RepositoryUnreachable", "no answer within ten minutes") from error
        if found.returncode == 0:
            return
        said = found.stderr.decode(errors="replace")
        raise Failure(self.reason(said.lower()), said)

    def reason(self, said):
        if NO_SUCH_MODULE in said:
            return "SubmoduleUnknown"
        if any(text in said for text in NO_SUCH_REF):
            return "RefNotFound"
        if self.settings.keys and any(text in said for text in KEY_REFUSED):
            return "KeyRefused"
        if any(text in said for text in NO_SUCH_REPOSITORY + KEY_REFUSED):
            return "RepositoryNotFound"
        return "RepositoryUnreachable"


def command(*arguments, at=None):
    # A stalled connection fails instead of holding the class up; no hooks, no file system monitor, no other owner's refusal.
    options = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "http.lowSpeedLimit=1000", "http.lowSpeedTime=30", "safe.directory=*",
               "gc.auto=0", "maintenance.auto=false", "protocol.version=2")
    return ["git", *(part for option in options for part in ("-c", option)), *(("-C", at) if at else ()), *arguments]


def environment(settings):
    """That of git where it asks the course's server."""
    return plain_environment(settings) | (credentials(settings) if settings.keys else {})


def plain_environment(settings):
    """Nothing of this process's environment but the search path; no prompt, no configuration from elsewhere, no other protocol."""
    # git's messages are read above; the image speaks French.
    variables = {"PATH": os.environ.get("PATH", os.defpath), "HOME": settings.private, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0",
                 "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": settings.protocols, "GIT_OPTIONAL_LOCKS": "0"}
    for name in ("http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE"):
        variables |= {key: os.environ[key] for key in (name, name.upper()) if key in os.environ}
    return variables


def credentials(settings):
    address = urlsplit(settings.repository)
    needed = ("ssh-privatekey", "known_hosts") if address.scheme == "ssh" else ("username", "password")
    missing = [name for name in needed if not os.path.isfile(os.path.join(settings.keys, name))]
    if missing:
        raise Failure("KeyMissing", f"{' and '.join(missing)} (a {address.scheme} address needs {' and '.join(needed)})")
    values = {}
    for name in needed:
        with open(os.path.join(settings.keys, name), encoding="utf-8", errors="surrogateescape") as file:
            values[name] = file.read()
    if address.scheme == "ssh":
        if not shutil.which("ssh"):
            raise Failure("MaterialsFailed", "the course's image has no ssh, which the repository's address needs")
        # ssh wants its key private and ended by a line break; a Secret made by hand often lacks that.
        key, hosts = keep(settings, "key", values["ssh-privatekey"].rstrip() + "\n"), keep(settings, "hosts", values["known_hosts"].rstrip() + "\n")
        return {"GIT_SSH_COMMAND": f"ssh -F /dev/null -i {shlex.quote(key)} -o IdentitiesOnly=yes -o UserKnownHostsFile={shlex.quote(hosts)} "
                                   "-o StrictHostKeyChecking=yes -o BatchMode=yes -o ConnectTimeout=20"}
    answer = keep(settings, "answer", "".join(f"{name}={values[name].strip()}\n" for name in needed))
    # For this server alone: a submodule elsewhere is not told the password.
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"credential.{address.scheme}://{address.netloc.rpartition('@')[2]}.helper",
            "GIT_CONFIG_VALUE_0": f"!cat {shlex.quote(answer)}"}


def keep(settings, name, text):
    path = os.path.join(settings.private, name)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)
    return path

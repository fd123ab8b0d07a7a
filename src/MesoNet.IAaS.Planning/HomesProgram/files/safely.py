"""Files in a student's home, where anything may lie and anything may change while we look: links to elsewhere, pipes, folders that become links.

Every name is looked up in a folder that is already open, links are never followed, only regular files are read, and no more of them than was
decided before. What a student puts there can then only make this student's own home fail.
"""
import errno
import os
import stat

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
AT_MOST_REMOVED = 200_000


class Folders:
    """The folders below one that is open, each opened once, component by component."""

    def __init__(self, root):
        self.root = root
        self.open = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for descriptor in self.open.values():
            os.close(descriptor)
        self.open.clear()

    def at(self, path, make=False):
        """The open folder of a path relative to the root. NotADirectoryError where a link or a file is in its place; FileNotFoundError where nothing is."""
        if not path:
            return self.root
        if path not in self.open:
            above, _, name = path.rpartition("/")
            self.open[path] = open_folder(self.at(above, make), name, make)
            if len(self.open) > 500:
                self.forget(path)
        return self.open[path]

    def forget(self, keep):
        for path in [path for path in self.open if path != keep and not keep.startswith(path + "/")]:
            os.close(self.open.pop(path))

    def close(self, path):
        if path in self.open:
            os.close(self.open.pop(path))


def open_folder(above, name, make=False):
    try:
        return os.open(name, FOLDER, dir_fd=above)
    except FileNotFoundError:
        if not make:
            raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotADirectoryError(errno.ENOTDIR, "a link is in the place of a folder", name) from error
        raise
    try:
        os.mkdir(name, 0o755, dir_fd=above)
    except FileExistsError:
        pass
    return open_folder(above, name)


def kind(folder, name):
    """'absent', 'file', 'link', 'folder' or 'other', and what lstat said."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return "absent", None
    if stat.S_ISREG(found.st_mode):
        return "file", found
    if stat.S_ISLNK(found.st_mode):
        return "link", found
    return ("folder" if stat.S_ISDIR(found.st_mode) else "other"), found


def open_regular(folder, name):
    """Opens a regular file for reading. Neither a link nor a pipe can have taken its place."""
    descriptor = os.open(name, READ, dir_fd=folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no regular file", name)
    return descriptor


def identity(found):
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns) if found else None


def write(folder, name, source, executable=False):
    """A new file with a content (bytes), or with that of a file (a path); nothing may be there under its name."""
    descriptor = os.open(name, WRITE, 0o755 if executable else 0o644, dir_fd=folder)
    try:
        if isinstance(source, bytes):
            view = memoryview(source)
            while view:
                view = view[os.write(descriptor, view):]
        else:
            copy(source, descriptor)
    finally:
        os.close(descriptor)


def copy(path, target):
    source = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        while os.sendfile(target, source, None, 1 << 24):
            pass
    finally:
        os.close(source)


def remove(folder, name):
    """Removes a file, a link or a folder with all that is in it, within bounds. A link is removed, not what it points to."""
    left = [AT_MOST_REMOVED]
    remove_within(folder, name, left, 0)


def remove_within(folder, name, left, depth):
    left[0] -= 1
    if left[0] < 0 or depth > 100:
        raise OSError(errno.E2BIG, "too much lies in the place of the course's own files", name)
    what, _ = kind(folder, name)
    if what == "absent":
        return
    if what != "folder":
        os.unlink(name, dir_fd=folder)
        return
    below = open_folder(folder, name)
    try:
        os.fchmod(below, 0o700)
        with os.scandir(below) as entries:
            for entry in entries:
                remove_within(below, entry.name, left, depth + 1)
    finally:
        os.close(below)
    os.rmdir(name, dir_fd=folder)

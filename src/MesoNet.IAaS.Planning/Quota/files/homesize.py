"""What a home takes of the volume. The student owns it, so it may hold anything: nothing is followed, nothing read, and the work is bounded."""
import errno
import os
import stat
from dataclasses import dataclass

import safely

DEEPEST = 400
# Beyond as many, files of several names are counted under each.
MOST_LINKED = 100_000


@dataclass
class Size:
    bytes: int = 0
    files: int = 0
    # A part of it could not be looked at: folders that their owner has closed, say.
    unreadable: bool = False


class Folder:
    """An open folder and what is left of its entries."""

    def __init__(self, descriptor, closed=None):
        self.descriptor, self.closed = descriptor, closed
        self.entries = os.scandir(descriptor)

    def next(self):
        return next(self.entries, None)

    def end(self):
        self.entries.close()
        try:
            if self.closed is not None:
                os.fchmod(self.descriptor, self.closed)
        except OSError:
            pass
        os.close(self.descriptor)


def measure(homes, name, most_files, look_into_closed=False):
    """The size of the home of a name in an open folder, counted up to a number of files; None where there is no such folder."""
    try:
        folders = [enter(homes, name, look_into_closed)]
    except PermissionError:
        return Size(unreadable=True)
    except OSError:
        return None
    size, linked, device = Size(), set(), os.fstat(folders[0].descriptor).st_dev
    try:
        while folders:
            look_at_next(folders, size, linked, device, look_into_closed, most_files)
            if size.files > most_files:
                size.unreadable = True
                break
    finally:
        for folder in reversed(folders):
            folder.end()
    return size


def look_at_next(folders, size, linked, device, look_into_closed, most_files):
    try:
        entry = folders[-1].next()
        if entry is None:
            folders.pop().end()
            return
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    except PermissionError:
        size.files += 1
        size.unreadable = True
        return
    except OSError:
        # A folder that cannot be read on, on a network's file system say.
        size.unreadable = True
        folders.pop().end()
        return
    if found.st_dev != device:
        return
    size.files += 1
    if found.st_nlink > 1 and not stat.S_ISDIR(found.st_mode):
        if found.st_ino in linked:
            return
        if len(linked) < MOST_LINKED:
            linked.add(found.st_ino)
    # What it takes, not how long it claims to be.
    size.bytes += found.st_blocks * 512
    if stat.S_ISDIR(found.st_mode):
        descend(folders, entry.name, size, look_into_closed, most_files)


def descend(folders, name, size, look_into_closed, most_files):
    if len(folders) >= DEEPEST:
        # Nobody works like that; it counts as more files than a home may have.
        size.files = most_files + 1
        return
    try:
        folders.append(enter(folders[-1].descriptor, name, look_into_closed))
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:
        size.unreadable = True


def enter(above, name, look_into_closed):
    descriptor = mode = None
    try:
        descriptor = safely.open_folder(above, name)
        if look_into_closed and not os.access(f"/proc/self/fd/{descriptor}", os.X_OK):
            mode = opened_up(descriptor)
    except PermissionError:
        if not look_into_closed:
            raise
        descriptor, mode = open_closed(above, name)
    try:
        return Folder(descriptor, mode)
    except OSError:
        os.close(descriptor)
        raise


def open_closed(above, name):
    """Opens a folder that its owner has closed, who is the user of this program. The owner's mode comes back when it has been looked at."""
    held = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=above)
    try:
        mode = opened_up(held)
        return os.open(f"/proc/self/fd/{held}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), mode
    except FileNotFoundError as error:
        raise PermissionError(errno.EACCES, "closed", name) from error
    finally:
        os.close(held)


def opened_up(descriptor):
    mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
    os.chmod(f"/proc/self/fd/{descriptor}", mode | 0o500)
    return mode

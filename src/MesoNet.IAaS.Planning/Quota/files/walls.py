"""Whether the file system itself bounds a home: by a project quota, which somebody has set where the volume is stored (storage/project-quotas.py does)."""
import errno
import os

import safely


def of(homes, name):
    """How large the home of a name in an open folder may grow, in bytes; None where the file system lets it take the whole volume, or does not say.

    XFS and ext4 tell a folder's project as if it were a file system of its own, and NFS passes that on: so it is seen, not believed, and nothing but this
    needs to know how the quota came there. By its blocks: how many files XFS says it can hold changes with the room that is left."""
    before = os.fstatvfs(homes)
    own = room_of(homes, name)
    if own is None:
        return None
    # Some file systems grow and shrink: what both say is sure.
    all_homes = min(before.f_blocks, os.fstatvfs(homes).f_blocks)
    return own.f_blocks * own.f_frsize if 0 < own.f_blocks < all_homes else None


def whose(error, folder, name):
    """The same error of writing into a home of a folder, as what it is: at a project's bound XFS says that there is no room on the volume."""
    if error.errno != errno.ENOSPC:
        return error
    try:
        homes = os.open(folder, safely.FOLDER)
    except OSError:
        return error
    try:
        own, all_homes = room_of(homes, name), os.fstatvfs(homes)
        if of(homes, name) is None or own is None or (own.f_bavail >= all_homes.f_bavail and own.f_favail >= all_homes.f_favail):
            return error
        return OSError(errno.EDQUOT, os.strerror(errno.EDQUOT), error.filename)
    finally:
        os.close(homes)


def room_of(homes, name):
    """What statvfs says in a home; None where it is not to be asked."""
    try:
        home = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=homes)
    except OSError:
        return None
    try:
        # By its name in /proc: a folder that its owner has closed can be asked like that as well.
        return os.statvfs(f"/proc/self/fd/{home}")
    except OSError:
        return None
    finally:
        os.close(home)

"""Whether the file system itself bounds a home: by a project quota, which somebody has set where the volume is stored (storage/project-quotas.py does)."""
import errno
import os


def of(homes, name):
    """How large the home of a name in an open folder may grow, in bytes; None where the file system lets it take the whole volume, or does not say.

    XFS and ext4 tell a folder's project as if it were a file system of its own, and NFS passes that on: so it is seen, not believed, and nothing but this
    needs to know how the quota came there."""
    own, all_homes = rooms(homes, name)
    if own is None or not has_wall(own, all_homes):
        return None
    return own.f_blocks * own.f_frsize


def whose(error, homes, name):
    """The same error of writing into a home, as what it is: at a project's bound XFS says that there is no room on the volume."""
    if error.errno != errno.ENOSPC:
        return error
    own, all_homes = rooms(homes, name)
    if own is None or not has_wall(own, all_homes) or (own.f_bavail >= all_homes.f_bavail and own.f_favail >= all_homes.f_favail):
        return error
    return OSError(errno.EDQUOT, os.strerror(errno.EDQUOT), error.filename)


def has_wall(own, all_homes):
    return 0 < own.f_blocks < all_homes.f_blocks or 0 < own.f_files < all_homes.f_files


def rooms(homes, name):
    """What statvfs says in a home and beside it, in blocks of the same size; None where it is not to be asked."""
    try:
        home = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=homes)
    except OSError:
        return None, None
    try:
        # By its name in /proc: a folder that its owner has closed can be asked like that as well.
        return os.statvfs(f"/proc/self/fd/{home}"), os.fstatvfs(homes)
    except OSError:
        return None, None
    finally:
        os.close(home)

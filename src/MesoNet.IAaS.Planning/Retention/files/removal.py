"""Removes folders with all that is in them, however much, however deep: what is a folder is moved up to the top first, so that the way down is never long.

Only for folders that no seat mounts any more: nobody changes anything in them meanwhile.
"""
import itertools
import os

import safely


def empty(trash):
    """Removes everything in a folder of the course's own. Killed anywhere, it is run again."""
    if not os.path.isdir(trash):
        return
    top = os.open(trash, safely.FOLDER)
    try:
        numbers = itertools.count()
        while remove_all(top, top, numbers):
            pass
    finally:
        os.close(top)


def remove_all(folder, top, numbers):
    """Removes what lies directly in a folder; the folders in it are moved to the top. Whether there were any."""
    were_folders = False
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.name, dir_fd=folder)
                continue
            were_folders = True
            # A folder may have been closed to its own student.
            os.chmod(entry.name, 0o700, dir_fd=folder)
            if folder == top:
                remove_folder(entry.name, top, numbers)
            else:
                os.rename(entry.name, fresh_name(top, numbers), src_dir_fd=folder, dst_dir_fd=top)
    return were_folders


def remove_folder(name, top, numbers):
    below = safely.open_folder(top, name)
    try:
        # Removing while reading may pass some over.
        while has_any(below):
            remove_all(below, top, numbers)
    finally:
        os.close(below)
    os.rmdir(name, dir_fd=top)


def has_any(folder):
    with os.scandir(folder) as entries:
        return next(entries, None) is not None


def fresh_name(top, numbers):
    while True:
        name = f"d{next(numbers)}"
        if safely.kind(top, name)[0] == "absent":
            return name

"""One at a time: a Job that was given up on a lost node may still be at work on the same volume, and work is not taken from a home that is being
updated."""
import fcntl
import os
import time

from outcome import Failure


def hold(path, seconds=60, what="another Job still works on the same volume"):
    """Holds a lock file until it is closed. OSError where it cannot be made."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if has(lock, fcntl.LOCK_EX, seconds):
        return lock
    os.close(lock)
    raise Failure("Interrupted", what)


def share(path, seconds):
    """Holds one together with others, where it is only read; None where it is not there, or is not given within so many seconds."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    if has(lock, fcntl.LOCK_SH, seconds):
        return lock
    os.close(lock)
    return None


def has(lock, kind, seconds):
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.2)
        except OSError:
            return True  # a file system without locks; the operator starts one Job at a time anyway

"""One at a time: a Job that was given up on a lost node may still be at work on the same volume."""
import fcntl
import os
import time

from outcome import Failure


def hold(path):
    """Holds a lock file until it is closed. OSError where it cannot be made."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for _ in range(120):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            time.sleep(0.5)
        except OSError:
            return lock  # a file system without locks; the operator starts one Job at a time anyway
    raise Failure("Interrupted", "another Job still works on the same volume")

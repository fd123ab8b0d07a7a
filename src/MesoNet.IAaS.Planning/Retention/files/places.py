"""Where the tasks of retention find things, from the Job's environment and arguments."""
import fcntl
import os
import time
from dataclasses import dataclass

import outcome
import safely

# A home may be large: hours, and not the minutes that an update of the course's own files has.
SECONDS_PER_HOME = 3 * 3600


@dataclass(frozen=True)
class Places:
    volume: str
    archive: str
    submissions: str     # empty: the course has none
    course: str          # which environment it is: another of the same name may have been here before
    logins: dict         # seat -> login, of those on the roster

    @staticmethod
    def of(arguments, environment):
        get = environment.get
        pairs = [argument.partition(" ") for argument in arguments]
        return Places(
            volume=os.path.abspath(get("VOLUME", "/volume")), archive=os.path.abspath(get("ARCHIVE", "/archive")), submissions=get("SUBMISSIONS", ""),
            course=get("COURSE", ""), logins={seat: login for seat, _, login in pairs})

    @property
    def homes(self):
        return os.path.join(self.volume, "homes")

    @property
    def own(self):
        return os.path.join(self.volume, ".mesonet")

    def seats(self):
        """Everybody of whom there is anything, on the roster or not any more."""
        found = set(names(self.homes))
        for folder in self.lessons():
            found.update(names(folder))
        return sorted(found | set(self.logins))

    def lessons(self):
        """The folders of what was handed in, one per lesson, in time and late."""
        if not self.submissions:
            return []
        return [os.path.join(self.submissions, kind, lesson) for kind in ("submissions", "late") for lesson in sorted(names(os.path.join(self.submissions, kind)))]

    def parts(self, seat):
        """What there is of a student: the path of each folder by its name in the archive."""
        folders = {"home": os.path.join(self.homes, seat)}
        for folder in self.lessons():
            folders[os.path.relpath(folder, self.submissions)] = os.path.join(folder, seat)
        return {part: folder for part, folder in folders.items() if os.path.isdir(folder) and not os.path.islink(folder)}


def names(folder):
    """The folders of a folder of the course's own. A name with a dot first is the course's, and no student's."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []


def open_part(folder):
    above = os.open(os.path.dirname(folder), safely.FOLDER)
    try:
        return safely.open_folder(above, os.path.basename(folder))
    finally:
        os.close(above)


def hold(path):
    """One at a time: a Job that was given up on a lost node may still be at work on the same volume."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise outcome.Failure("VolumeNotWritable", f"{os.path.dirname(path)} cannot be written by user {os.getuid()} ({error.strerror})") from error
    for _ in range(120):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            time.sleep(0.5)
        except OSError:
            return lock  # a file system without locks; the operator starts one Job at a time anyway
    raise outcome.Failure("Interrupted", "another Job still works on the same homes")


def now():
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())


def failed(sentence):
    return {"error": sentence}


def named(errors):
    """The first homes that failed, within the last word's 4096 bytes."""
    return [{"home": home, "what": outcome.one_line(sentence, 160)} for home, sentence in list(errors.items())[:5]]

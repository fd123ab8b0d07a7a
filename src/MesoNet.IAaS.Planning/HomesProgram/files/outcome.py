"""A Job's last word, which the operator reads: what the task says, or {"reason": ..., "detail": ...}. It has 4096 bytes."""
import errno
import json
import os


class Failure(Exception):
    def __init__(self, reason, detail, said=None):
        super().__init__(detail)
        self.reason = reason
        self.detail = one_line(detail)
        self.said = said or {}   # what the task would have said, had it not failed


def one_line(text, limit=600):
    return "".join(character if character.isprintable() else " " for character in text)[:limit].strip()


def is_full(error):
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def of_volume(error):
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Failure("VolumeFull", "there is no room left on the homes' volume")
    return Failure("VolumeNotWritable", f"{error.strerror or error}: {error.filename or 'a file of the course'}")


def say(message):
    with open(os.environ.get("MESSAGE", "/dev/termination-log"), "w", encoding="ascii") as file:
        file.write(json.dumps(message, separators=(",", ":")))


def sentence_of(error):
    """Of one home; what the teacher reads."""
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return "no room left on the volume"
        if error.errno == errno.EDQUOT:
            return "the home is full"
        return one_line(error.strerror or str(error), 120)
    return one_line(str(error) or type(error).__name__, 120)

"""The program that works on a course's homes' volume, as the students' user. Each task is a module, and may be killed anywhere and run again.

  python3 -I -B FOLDER TASK [ARGUMENT ...]

  homes/SEAT/      a student's home; the student owns it, so nothing in it is trusted (see safely.py)
  documents/       the course's documents, mounted read-only in the seats
  .mesonet/        the course's own, out of the students' reach
"""
import importlib
import os
import signal
import sys

import outcome

TASKS = {
    "materials": "materials",
    "hand-in": "hand_in",
    "collect": "collect",
    "serve": "serve",
    "watch": "watch",
    "archive": "archive",
    "delete": "delete",
    "restore": "restore",
}


def main(arguments):
    # Process 1 of a container has no default answer to a signal.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
    signal.signal(signal.SIGINT, lambda *_: os._exit(143))
    os.umask(0o022)
    task = importlib.import_module(TASKS[arguments[0]])
    try:
        said = task.run(arguments[1:], os.environ)
        if said is not None:
            outcome.say(said)
        return 0
    except outcome.Failure as failure:
        outcome.say({"reason": failure.reason, "detail": failure.detail, **failure.said})
        print(f"{failure.reason}: {failure.detail}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

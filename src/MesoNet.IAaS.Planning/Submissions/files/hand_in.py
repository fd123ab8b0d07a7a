"""Takes the work of students: an archive of the course's folder of each home, with a manifest beside it. Each argument is one piece of work that
is due: LESSON DEADLINE extended|- REQUESTED|- SEAT LOGIN.

  /volume                                   the homes, read-only
  /submissions/submissions/LESSON/SEAT/     what was taken up to the student's deadline
  /submissions/late/LESSON/SEAT/            what the student handed in after it
      MOMENT-student.tar.gz, .json          because the student handed in
      MOMENT-deadline.tar.gz, .json         because the deadline passed; the moment is the deadline's

What has its .json is taken, and is never taken again: the archive is complete before it, and both are complete before they get their names. Of a
student's own only the last few keep their archive (see manifests.py), and where there is no room left, only the last.
What could not be taken for a reason that may pass (a file server that does not answer, a worker that was killed) has none: the task fails, says who is
missing, and is run again.
"""
import errno
import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import lock
import manifests
import outcome
import room
import submission
import workers

AT_MOST = 3000
FULL = frozenset([errno.ENOSPC, errno.EDQUOT])
NO_ROOM = "there is no room left for it in the volume of what is handed in, raise spec.storage.submissionsSize"
# A home that cannot be read so long after its moment will not be: nothing else waits for it any more.
GIVEN_UP_AFTER = timedelta(days=7)
# The largest that is taken, from a file server that gives 2 MiB a second; and what a home takes anyway.
SECONDS = workers.SECONDS_PER_HOME + submission.MOST_BYTES // (2 * 1024 ** 2)


@dataclass(frozen=True)
class Settings:
    volume: str
    submissions: str
    course: str
    directory: str   # the course's folder in each home; empty: the whole home
    most_entries: int
    seconds: int

    @property
    def own(self):
        return os.path.join(self.volume, ".mesonet")

    @property
    def own_homes(self):
        return os.path.join(self.own, "homes")


@dataclass(frozen=True)
class Due:
    lesson: str
    deadline: str
    extended: bool
    requested: str   # empty: at the deadline
    seat: str
    login: str

    @staticmethod
    def of(argument):
        lesson, deadline, extended, requested, seat, login = argument.split(" ", 5)
        return Due(lesson, deadline, extended == "extended", "" if requested == "-" else requested, seat, login)

    @property
    def late(self):
        return self.requested > self.deadline

    @property
    def place(self):
        return os.path.join("late" if self.late else "submissions", self.lesson, self.seat)

    @property
    def name(self):
        moment = (self.requested or self.deadline).replace("-", "").replace(":", "")
        return f"{moment}-{'student' if self.requested else 'deadline'}"


def run(arguments, environment):
    settings = Settings(
        os.path.abspath(environment.get("VOLUME", "/volume")), os.path.abspath(environment.get("SUBMISSIONS", "/submissions")), environment["COURSE"], environment["DIRECTORY"],
        int(environment.get("MOST_ENTRIES", submission.MOST_ENTRIES)), int(environment.get("SECONDS_PER_HOME", SECONDS)))
    due = [Due.of(argument) for argument in arguments]
    try:
        os.makedirs(settings.submissions, exist_ok=True)
        held = lock.hold(os.path.join(settings.submissions, "lock"))
        try:
            # What a worker that was killed left behind, of whomever.
            sweep(settings, due)
            results = take_all(settings, due)
            sweep(settings, due)
            tell_who_found_no_room(results)
            for item, result in results.items():
                if result.get("passes") and not result.get("full") and is_given_up(item):
                    submission.note_failure(settings, item, result["error"])
                    result["passes"] = False
            said = summary(settings, due, results)
            missing = [item for item in due if results[item].get("passes")]
            if missing:
                raise outcome.Failure("SomeMissing", named(missing, results), said)
            return said
        finally:
            os.close(held)
    except OSError as error:
        raise outcome.of_volume(error) from error


def sweep(settings, due):
    for place in {item.place for item in due}:
        submission.sweep(os.path.join(settings.submissions, place))


def take_all(settings, due):
    def take(items, count):
        return workers.each(items, lambda item: submission.take(settings, item), submission.failed, settings.seconds, count)

    results = take(due, workers.COUNT)

    def without_room():
        return [item for item in due if results[item].get("volume") in FULL]

    # One that is too large may have held the room that another needed: once more, alone.
    if full := without_room():
        results |= take(full, 1)
    # Then in the room of what does not count. Of others only for what must be taken.
    for make, concerns in ((room.of_their_own, lambda *_: True), (room.of_whoever_has_most, room.is_needed), (room.of_everybody, room.is_needed)):
        full = [item for item in without_room() if concerns(settings, item)]
        if full and make(settings, full):
            results |= take(full, 1)
    return results


def tell_who_found_no_room(results):
    """Where others found some, it is told of who did not, and nobody else waits. Anything else that is wrong with the volume ends the Job."""
    errors = [result["volume"] for result in results.values() if "volume" in result]
    lasting = [error for error in errors if error not in FULL]
    if lasting or (errors and len(errors) == len(results)):
        error = (lasting or errors)[0]
        raise OSError(error, os.strerror(error))
    for item, result in results.items():
        if "volume" in result:
            results[item] = submission.failed(NO_ROOM) | {"full": True}


def is_given_up(item):
    moment = datetime.strptime(item.requested or item.deadline, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return datetime.now(timezone.utc) - moment > GIVEN_UP_AFTER


def named(missing, results):
    first = [f"{item.login} for {item.lesson} ({results[item]['error']})" for item in missing[:3]]
    return ", ".join(first) + (f" and {len(missing) - len(first)} more" if len(missing) > len(first) else "")


def summary(settings, due, results):
    failed = [item for item in due if results[item].get("error")]
    said = {"students": {}, "failed": {}, "failures": []}
    for lesson in sorted({item.lesson for item in due}):
        seats = {seat for kind in ("submissions", "late") for seat in seats_of(settings, kind, lesson)}
        said["students"][lesson] = len(seats)
        said["failed"][lesson] = sum(item.lesson == lesson and not item.requested for item in failed)
    for item in sorted(failed, key=lambda item: not item.requested):
        said["failures"].append({"lesson": item.lesson, "seat": item.seat, "what": results[item]["error"]} | ({"again": True} if results[item].get("passes") else {}))
        if len(str(said)) > AT_MOST:
            said["failures"].pop()
            break
    return said


def seats_of(settings, kind, lesson):
    """The seats of which there is something that was taken."""
    folder = os.path.join(settings.submissions, kind, lesson)
    for seat in manifests.names_in(folder):
        if any(name.endswith(".tar.gz") for name in os.listdir(os.path.join(folder, seat))):
            yield seat

"""Deletes the homes, and what was handed in, of the students whose archive was verified and holds them as they are now. The others stay, and are told.

A home is moved to .mesonet/deleting/ at once and removed there: no home is ever half there, and what is there is removed by the next run.
"""
import os

import archives
import outcome
import places as found_at
import removal
import tree
import workers


def run(arguments, environment):
    places = found_at.Places.of(arguments, environment)
    lock = found_at.hold(os.path.join(places.own, "lock"))
    try:
        # What an earlier run moved there and did not finish.
        for trash in trashes(places):
            removal.empty(trash)
        results = workers.each(places.seats(), lambda seat: delete(places, seat), found_at.failed, found_at.SECONDS_PER_HOME)
    except OSError as error:
        raise outcome.of_volume(error) from error
    finally:
        os.close(lock)
    errors = {seat: result["error"] for seat, result in results.items() if result.get("error")}
    return {
        "deleted": sum("deleted" in result for result in results.values()), "failed": len(errors), "failures": found_at.named(errors),
        "changed": sum("changed" in result for result in results.values()),
    }


def trashes(places):
    return [os.path.join(places.own, "deleting")] + ([os.path.join(places.submissions, ".deleting")] if places.submissions else [])


def delete(places, seat):
    try:
        return delete_verified(places, seat)
    except outcome.Failure as failure:
        return found_at.failed(failure.detail)
    except (OSError, tree.Changed, ValueError, MemoryError, RecursionError) as error:
        return found_at.failed(outcome.sentence_of(error))


def delete_verified(places, seat):
    folders = places.parts(seat)
    known = archives.header(places, seat)
    if not folders:
        # By an earlier run, maybe, that was killed before it could say so.
        return {"deleted": True} if known and archives.was_deleted(places, seat, known) else {"absent": True}
    if known is None:
        return found_at.failed("there is no archive of it")
    if known["lost"]:
        return found_at.failed(f"{known['lost']} of its files could not be archived: {os.path.basename(known['skipped'][0]['path'])} ({known['skipped'][0]['why']})")
    if known["course"] != places.course or not archives.covers(known, fingerprints(folders)):
        return {"error": "it was changed after it was archived", "changed": True}
    if not archives.is_whole(places, seat, known):
        return {"error": "its archive is not the one that was verified", "changed": True}
    mark(places, seat, known)
    # The home last: as long as it is there, the course knows that something is left to do.
    for part, folder in reversed(folders.items()):
        home, submissions = trashes(places)[0], trashes(places)[-1]
        move_away(folder, home if part == "home" else submissions, f"{seat}.{part.replace('/', '.')}")
    return {"deleted": True}


def fingerprints(folders):
    found = {}
    for part, folder in folders.items():
        root = found_at.open_part(folder)
        try:
            found[part] = tree.fingerprint(root)
        finally:
            os.close(root)
    return found


def mark(places, seat, known):
    path = archives.marker_path(places, seat)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(known["archive"]["sha256"])
        archives.sync(file)
    os.rename(path + ".new", path)


def move_away(folder, trash, name):
    """A folder of its own for each, which it is removed in: another worker may be at the next home."""
    own = os.path.join(trash, name)
    os.makedirs(own, exist_ok=True)
    removal.empty(own)
    os.chmod(folder, 0o700)
    os.rename(folder, os.path.join(own, "home"))
    removal.empty(own)
    os.rmdir(own)

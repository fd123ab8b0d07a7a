"""Makes an archive of each student: home and what was handed in. Reads the homes, and writes the archive's volume only; see archives.py.

What is archived already, as it is now, stays. Beside its place first, read back against the home, and renamed: killed anywhere, it is run again.
"""
import gzip
import os

import archives
import outcome
import packing
import places as found_at
import reading
import tree
import workers

NEW = ".new"


def run(arguments, environment):
    places = found_at.Places.of(arguments, environment)
    lock = found_at.hold(os.path.join(places.archive, ".lock"))
    try:
        sweep(places)
        results = workers.each(places.seats(), lambda seat: bring(places, seat), found_at.failed, found_at.SECONDS_PER_HOME)
        sweep(places)
    finally:
        os.close(lock)
    return summary(results)


def sweep(places):
    """What was begun and cut short."""
    for name in os.listdir(places.archive):
        if name.endswith(NEW):
            os.unlink(os.path.join(places.archive, name))


def summary(results):
    errors = {seat: result["error"] for seat, result in results.items() if result.get("error")}
    full = [seat for seat, result in results.items() if result.get("full")]
    said = {
        "archived": sum("archived" in result for result in results.values()),
        "failed": len(errors), "failures": found_at.named(errors), "bytes": sum(result.get("bytes", 0) for result in results.values()),
    }
    if full:
        raise outcome.Failure("ArchiveFull", f"there is no room left on the archive's volume; {said['archived']} of {len(results)} are archived")
    return said


def bring(places, seat):
    try:
        return make(places, seat)
    except outcome.Failure as failure:
        return found_at.failed(failure.detail)
    except (tree.Changed, EOFError, ValueError, MemoryError, RecursionError) as error:
        return found_at.failed(outcome.sentence_of(error))
    except OSError as error:
        is_full = outcome.is_full(error)
        return {"error": outcome.sentence_of(error), "full": True} if is_full else found_at.failed(outcome.sentence_of(error))
    finally:
        remove_new(places, seat)


def make(places, seat):
    folders = places.parts(seat)
    known = archives.header(places, seat)
    if not folders:
        return {"archived": True} if known else {"absent": True}
    roots = {part: found_at.open_part(folder) for part, folder in folders.items()}
    try:
        before = {part: tree.fingerprint(root) for part, root in roots.items()}
        if known and known["course"] == places.course and archives.covers(known, before) and archives.is_whole(places, seat, known):
            return told(known)
        # Of a home that is gone, or of another course of this name: it may be all that there is of it.
        if known and (known["course"] != places.course or archives.was_deleted(places, seat, known)):
            archives.put_aside(places, seat, known)
        return told(write(places, seat, roots, before))
    finally:
        for root in roots.values():
            os.close(root)


def told(about):
    if about["lost"]:
        first = about["skipped"][0]
        return {"error": f"{about['lost']} of its files cannot be archived: {os.path.basename(first['path'])} ({first['why']})"}
    return {"archived": True, "bytes": about["archive"]["size"]}


def write(places, seat, roots, before):
    beside, lines = archives.archive_path(places, seat) + NEW, manifest_lines(places, seat)
    remove_new(places, seat)
    with open(beside, "wb") as raw, open(lines, "wb") as told_lines:
        hashed = packing.Hashing(raw)
        with gzip.GzipFile(filename="", mode="wb", compresslevel=5, fileobj=hashed, mtime=0) as out:
            packer = packing.Packer(out, told_lines)
            for part, root in roots.items():
                packer.add_folder(root, part)
            packer.end()
        archives.sync(raw)
    packed = packer.packed
    with reading.Comparison(roots) as comparison:
        comparison.read(beside)
    if comparison.entries != packed.entries or {part: tree.fingerprint(root) for part, root in roots.items()} != before:
        raise tree.Changed("it was changed while it was read")
    about = {
        "seat": seat, "login": places.logins.get(seat, ""), "course": places.course, "made": found_at.now(),
        "archive": {"name": f"{seat}.tar.gz", "sha256": hashed.hash.hexdigest(), "size": hashed.size}, "parts": before,
        "entries": packed.entries, "lost": packed.lost, "skippedCount": packed.skipped_count,
        # What held something first.
        "skipped": sorted(packed.skipped, key=lambda skipped: not skipped["lost"]),
    }
    manifest = archives.manifest_path(places, seat) + NEW
    archives.write_manifest(manifest, about, lines)
    os.rename(beside, archives.archive_path(places, seat))
    os.rename(manifest, archives.manifest_path(places, seat))
    archives.sync_folder(places.archive)
    return about


def manifest_lines(places, seat):
    return os.path.join(places.archive, f"{seat}.files{NEW}")


def remove_new(places, seat):
    for path in (archives.archive_path(places, seat) + NEW, archives.manifest_path(places, seat) + NEW, manifest_lines(places, seat)):
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass

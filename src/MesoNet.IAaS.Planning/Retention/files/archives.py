"""The archives of a course's students, and what is known of each.

  SEAT.tar.gz          home/..., submissions/LESSON/..., late/LESSON/...
  SEAT.json            whose it is, every file with size and sha256, the archive's own sha256, and what could not be stored
  SEAT.20270501T120000Z.tar.gz, .json
                       an older one, whose home was deleted since: never written over

A manifest is JSON with one file per line; its first line alone says everything else, so that one of a million files is read at once. An archive counts
where its sha256 is the one of its manifest. It is renamed into place first and its manifest after it: between the two it does not count, and is made again.
"""
import hashlib
import json
import os

import outcome

FILES = '"files":[\n'


def archive_path(places, seat):
    return os.path.join(places.archive, f"{seat}.tar.gz")


def manifest_path(places, seat):
    return os.path.join(places.archive, f"{seat}.json")


def header(places, seat):
    """What a manifest says beside the files; None where there is none."""
    try:
        with open(manifest_path(places, seat), encoding="ascii") as file:
            return json.loads(file.readline(4 << 20) + "]}")
    except FileNotFoundError:
        return None
    except (ValueError, OSError) as error:
        raise outcome.Failure("ArchiveDamaged", f"the manifest {seat}.json cannot be read ({error})") from error


def is_whole(places, seat, known):
    """Whether the archive is, byte for byte, the one that was verified."""
    digest = hashlib.sha256()
    try:
        with open(archive_path(places, seat), "rb") as file:
            while data := file.read(1 << 20):
                digest.update(data)
    except FileNotFoundError:
        return False
    return digest.hexdigest() == known["archive"]["sha256"]


def covers(known, fingerprints):
    """Whether everything that there is now is in the archive, as it is now."""
    return all(known["parts"].get(part) == found for part, found in fingerprints.items())


def put_aside(places, seat, known):
    """Under a name of its own. Killed between the two, it goes on where it was."""
    older = f"{seat}.{known['made']}"
    if os.path.exists(archive_path(places, seat)):
        os.rename(archive_path(places, seat), archive_path(places, older))
    os.rename(manifest_path(places, seat), manifest_path(places, older))


def older_of(places, seat):
    """The names of the older archives of a student, the newest first."""
    with os.scandir(places.archive) as entries:
        return sorted((entry.name[:-5] for entry in entries if entry.name.startswith(seat + ".") and entry.name.endswith("Z.json")), reverse=True)


def write_manifest(path, about, lines):
    """From the file that holds a line for each file."""
    with open(path, "wb") as file:
        file.write((json.dumps(about, separators=(",", ":"))[:-1] + "," + FILES).encode("ascii"))
        with open(lines, "rb") as source:
            while data := source.read(1 << 20):
                file.write(data)
        file.write(b"]}\n")
        sync(file)


def sync(file):
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def marker_path(places, seat):
    """In the homes' volume: which archive a home was deleted after."""
    return os.path.join(places.own, "deleted", seat)


def was_deleted(places, seat, known):
    try:
        with open(marker_path(places, seat), encoding="ascii") as file:
            return file.read().strip() == known["archive"]["sha256"]
    except FileNotFoundError:
        return False

"""Brings one home back from its archive: complete beside its place first, then there at once. Where there is a home again, into a folder of it: nothing is
written over.

It is laid out in .mesonet/restoring/, which no student reaches; anew in the home itself where that takes in nothing from elsewhere (a project quota).
Each name is made in a folder that is already open, and no link is followed, so that nothing of it can lie anywhere else, whatever the archive says.
"""
import errno
import os

import archives
import outcome
import places as found_at
import reading
import removal
import safely
import walls

PART = "home/"


def run(arguments, environment):
    seat, archive = arguments[0], arguments[1] if len(arguments) > 1 else arguments[0]
    places = found_at.Places.of([seat], environment)
    lock = found_at.hold(os.path.join(places.own, "lock"))
    try:
        return restore(places, seat, archive, environment.get("DATE") or found_at.now()[:8])
    except OSError as error:
        raise outcome.of_volume(error) from error
    finally:
        os.close(lock)


def restore(places, seat, archive, date):
    known = archives.header(places, archive)
    if known is None or known["seat"] != seat:
        raise outcome.Failure("NoArchive", f"there is no archive {archive}" + named(archives.older_of(places, seat)))
    if not archives.is_whole(places, archive, known):
        raise outcome.Failure("ArchiveDamaged", f"{archive}.tar.gz is not the archive that was verified")
    if "home" not in known["parts"]:
        raise outcome.Failure("NoHome", f"the archive {archive} holds no home")
    sweep(places.own)
    beside = os.path.join(restoring(places.own), seat)
    os.makedirs(os.path.join(beside, "home"), 0o700)
    try:
        count, into = lay_out(places, seat, archive, beside, date)
    except BaseException:
        # Half a home is nobody's, and its room is the class's.
        sweep(places.own)
        raise
    sweep(places.own)
    return {"restored": count, "into": into, "made": known["made"], "older": archives.older_of(places, seat)[:20]}


def lay_out(places, seat, archive, beside, date):
    root = os.open(os.path.join(beside, "home"), safely.FOLDER)
    try:
        count = Layout(root).lay_out(archives.archive_path(places, archive))
        return count, put_in_place(places, seat, archive, beside, date)
    finally:
        os.close(root)


def restoring(own):
    return os.path.join(own, "restoring")


def sweep(own):
    """Removes what restores that were killed have left, of whomever: nobody else would."""
    removal.empty(restoring(own))


def named(older):
    return f"; there are {', '.join(older[:5])}" if older else ""


def put_in_place(places, seat, archive, beside, date):
    """Where it is then: empty for the home's own place, else the folder in the home that is there."""
    os.makedirs(places.homes, exist_ok=True)
    laid_out = os.path.join(beside, "home")
    try:
        os.rename(laid_out, os.path.join(places.homes, seat))
        return ""
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
    home = found_at.open_part(os.path.join(places.homes, seat))
    try:
        name = free_name(home, date)
        try:
            os.rename(laid_out, name, dst_dir_fd=home)
        except OSError as error:
            # A home with a project quota takes in nothing that counts elsewhere: it is laid out in there anew.
            if error.errno != errno.EXDEV:
                raise
            sweep(places.own)
            lay_out_within(places, home, seat, archive, name)
        return name
    finally:
        os.close(home)


def free_name(home, date):
    for number in range(1, 100):
        name = f"restaure-{date}" + (f"-{number}" if number > 1 else "")
        # An empty folder would be taken for nothing, and one that a student made is theirs.
        if safely.kind(home, name)[0] == "absent":
            return name
    raise outcome.Failure("NotRestored", f"there are a hundred folders restaure-{date} in this home")


def lay_out_within(places, home, seat, archive, name):
    part = f".{name}.part"
    for left in [left for left in os.listdir(home) if left.startswith(".restaure-") and left.endswith(".part")]:
        throw_away(places, home, left)  # of one that was killed
    try:
        os.mkdir(part, 0o700, dir_fd=home)
        root = safely.open_folder(home, part)
        try:
            Layout(root).lay_out(archives.archive_path(places, archive))
        finally:
            os.close(root)
        os.rename(part, name, src_dir_fd=home, dst_dir_fd=home)
    except BaseException as error:
        throw_away(places, home, part)
        if isinstance(error, OSError) and walls.whose(error, places.homes, seat).errno == errno.EDQUOT:
            raise outcome.Failure("HomeFull", f"the home of {seat} has no room for what is brought back beside it") from error
        raise


def throw_away(places, home, name):
    """Removes a folder of the home's own, however much is in it: out of the home first, where its student cannot be at it."""
    if safely.kind(home, name)[0] == "absent":
        return
    os.makedirs(restoring(places.own), 0o700, exist_ok=True)
    beside = os.open(restoring(places.own), safely.FOLDER)
    try:
        os.rename(name, f"{name}-going", src_dir_fd=home, dst_dir_fd=beside)
    finally:
        os.close(beside)
    sweep(places.own)


class Layout:
    def __init__(self, root):
        self.folders = safely.Folders(root)
        self.count = 0

    def lay_out(self, path):
        with self.folders, reading.open_archive(path) as archive:
            for info in reading.members(archive):
                if not info.name.startswith(PART):
                    continue
                self.lay(archive, info, components(info.name[len(PART):]))
        return self.count

    def lay(self, archive, info, path):
        above, _, name = path.rpartition("/")
        if info.isdir():
            os.fchmod(self.folders.at(path, make=True), mode_of(info) | 0o700)
            return
        folder = self.folders.at(above, make=True)
        self.count += 1
        if info.issym():
            os.symlink(info.linkname, name, dir_fd=folder)
        elif info.islnk():
            target_above, _, target = components(info.linkname[len(PART):]).rpartition("/")
            source = self.folders.at(target_above)
            # Opening the one may have closed the other.
            os.link(target, name, src_dir_fd=source, dst_dir_fd=self.folders.at(above), follow_symlinks=False)
        elif info.isreg():
            lay_file(archive, info, folder, name)
        else:
            self.count -= 1


def lay_file(archive, info, folder, name):
    descriptor = os.open(name, safely.WRITE, 0o600, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as file:
        for start, size in reading.stored_pieces(info):
            file.seek(start)
            for data in reading.data_of(archive, size):
                file.write(data)
        file.flush()
        os.ftruncate(descriptor, info.size)
        os.fchmod(descriptor, mode_of(info) | 0o600)
        os.utime(descriptor, (info.mtime, info.mtime))


def mode_of(info):
    return info.mode & 0o755


def components(path):
    """The same path, where each part of it is a name."""
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise outcome.Failure("ArchiveDamaged", "the archive holds a name that leads out of it")
    return path

#!/usr/bin/env python3
"""Gives each home of a course a wall: a project quota of the file system that stores the homes' volume (XFS or ext4, mounted with prjquota).

Runs as root on the machine that has the disk, the file server usually: over NFS nobody can set quotas. It needs Linux and Python 3.6, nothing else.

  homes/SEAT/         becomes a project of its own, with all that is in it and all that will come
  .mesonet/use.json   says how large a home may be ("wall"); MesoNet's watch writes it there, where no student reaches

A home's project is written on its folder, so this program remembers nothing and may be ended and run again at any time. One that belongs to a project of
somebody else's is left alone. docs/quota.md is the guide.
"""
import argparse
import ctypes
import errno
import fcntl
import json
import os
import re
import stat
import struct
import sys
import time

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# The watch counts a home that is nested deeper as one of too many files; and only what is called like a seat is a home.
DEEPEST = 400
HOME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
# What a name says that is another thing by now.
GONE = (errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENXIO)

# linux/fs.h: struct fsxattr {xflags, extsize, nextents, projid, cowextsize, pad[8]} and its two requests.
ATTRIBUTES = struct.Struct("=5I8x")
GET_ATTRIBUTES, SET_ATTRIBUTES = 0x801C581F, 0x401C5820
INHERITED = 0x200  # FS_XFLAG_PROJINHERIT

# linux/dqblk_xfs.h: struct fs_disk_quota up to its inode count, and the commands, which ext4 takes as well.
LIMITS = struct.Struct("=bBHI6Q56x")
STATE_SIZE, STATE_FLAGS = 256, struct.Struct("=bBH")
GET_LIMITS, SET_LIMITS, GET_STATE = (ord("X") << 8) + 3, (ord("X") << 8) + 4, (ord("X") << 8) + 8
PROJECTS = 2              # PRJQUOTA
OF_PROJECT = 2            # FS_PROJ_QUOTA
ALL_BOUNDS = 0xF          # FS_DQ_ISOFT, IHARD, BSOFT, BHARD: a soft one that somebody left there would be in the way of the hard one
ENFORCED = 1 << 5         # FS_QUOTA_PDQ_ENFD
SECTOR = 512
# File systems keep bounds in blocks of their own, so walls come in steps that are whole blocks everywhere.
STEP = 1 << 20
# A home in which something could not be opened is walked through again after this, and after twice as long each time.
SHORTEST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0

QUOTACTL_FD = 443         # the same number on all architectures; since Linux 5.14
libc = ctypes.CDLL(None, use_errno=True)


class Mistake(Exception):
    """A sentence that says what to change."""


class FileSystem:
    """The quotas of the file system that an open folder is on."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.device = os.fstat(folder).st_dev

    def require_quotas(self):
        """Mistake where it keeps none."""
        state = ctypes.create_string_buffer(STATE_SIZE)
        STATE_FLAGS.pack_into(state, 0, 1, 0, 0)
        try:
            self.command(GET_STATE, 0, state)
            is_enforced = STATE_FLAGS.unpack_from(state)[2] & ENFORCED
        except OSError:
            is_enforced = False
        if not is_enforced:
            raise Mistake("its file system keeps no project quotas. Mount XFS, or ext4 with the features quota and project, with the option prjquota; what is mounted "
                          "by NFS is stored elsewhere, so run this there. Until then MesoNet's watch alone guards these homes")

    def limits(self, project):
        """The wall of a project in bytes and files, and how many files it has; zeros where it is none yet."""
        buffer = ctypes.create_string_buffer(LIMITS.size)
        try:
            self.command(GET_LIMITS, project, buffer)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ESRCH):
                return 0, 0, 0
            if error.errno == errno.EPERM:
                raise Mistake("run this as root, on the machine that has the disk")
            raise
        _, _, _, _, blocks, _, files, _, _, count = LIMITS.unpack(buffer.raw)
        return blocks * SECTOR, files, count

    def set_limits(self, project, size, files):
        """Bounds a project, or unbounds it with zeros."""
        self.command(SET_LIMITS, project, ctypes.create_string_buffer(
            LIMITS.pack(1, OF_PROJECT, ALL_BOUNDS, project, size // SECTOR, 0, files, 0, 0, 0), LIMITS.size))

    def command(self, command, project, buffer):
        """quotactl, by the open folder or, on a kernel that does not know that, by the device."""
        code = (command << 8) | PROJECTS
        if libc.syscall(QUOTACTL_FD, self.folder, code, project, buffer) == 0:
            return
        if ctypes.get_errno() == errno.ENOSYS and libc.quotactl(code, os.fsencode(self.source()), project, buffer) == 0:
            return
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), self.name)

    def source(self):
        """The device of the file system, for kernels that want its name."""
        wanted = "%d:%d" % (os.major(self.device), os.minor(self.device))
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as mounts:
            for fields in (line.split() for line in mounts):
                if fields[2] == wanted:
                    return fields[fields.index("-") + 2]
        raise OSError(errno.ENODEV, "its mount is not in /proc/self/mountinfo", self.name)


def project_of(descriptor):
    """The project of an open file or folder, and whether what is made in it comes to the same."""
    flags, _, _, project, _ = ATTRIBUTES.unpack(fcntl.ioctl(descriptor, GET_ATTRIBUTES, bytes(ATTRIBUTES.size)))
    return project, bool(flags & INHERITED)


def set_project(descriptor, project, is_folder):
    flags, extent, _, current, cow = ATTRIBUTES.unpack(fcntl.ioctl(descriptor, GET_ATTRIBUTES, bytes(ATTRIBUTES.size)))
    wanted = flags | INHERITED if is_folder else flags
    if (current, flags) != (project, wanted):
        fcntl.ioctl(descriptor, SET_ATTRIBUTES, ATTRIBUTES.pack(wanted, extent, 0, project, cow))


def take_in(folder, project, device, depth=0):
    """Brings a folder and all that is in it to a project; what could not be, as {reason: how often}.

    A student may change it meanwhile: nothing is followed out of it, and what goes away went away."""
    # First, so that what is made in it from now on comes to the project by itself.
    set_project(folder, project, True)
    left_out = {}
    for name in os.listdir(folder):
        try:
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            is_folder = stat.S_ISDIR(found.st_mode)
            if found.st_dev != device or not (is_folder or stat.S_ISREG(found.st_mode)) or depth == DEEPEST:
                continue
            opened = os.open(name, FOLDER if is_folder else FILE, dir_fd=folder)
            try:
                if is_folder:
                    for reason, count in take_in(opened, project, device, depth + 1).items():
                        left_out[reason] = left_out.get(reason, 0) + count
                elif stat.S_ISREG(os.fstat(opened).st_mode):
                    set_project(opened, project, False)
            finally:
                os.close(opened)
        except OSError as error:
            # A student may hold a file so that nobody can open it: that must not keep the wall away.
            if error.errno not in GONE:
                left_out[error.strerror] = left_out.get(error.strerror, 0) + 1
    return left_out


class Round:
    """What one look at one volume's homes came to."""

    def __init__(self):
        self.walled, self.there, self.others, self.failed = [], 0, [], {}

    def complaint(self, first, last):
        """A sentence about the homes that have no wall, or not all of one; None where all is well."""
        sentences = ["%s: %s" % item for item in sorted(self.failed.items())]
        if self.others:
            several = len(self.others) > 1
            sentences.append(
                "%s %s left alone, since %s to a project already that is not of %d to %d (one that bounds the whole volume; or, on a local disk, one that its student chose): %s"
                % (homes_of(self.others), "are" if several else "is", "they belong" if several else "it belongs", first, last, ", ".join(self.others)))
        return "; ".join(sentences) + ". MesoNet's watch guards them all the same" if sentences else None


class Walls:
    """Gives walls to the homes of the volumes that are named, and tells what changed."""

    def __init__(self, folders, first, last):
        self.folders, self.first, self.last = folders, first, last
        self.next = first
        # Of which volumes it was said what they have, and the last complaint about each folder and volume.
        self.greeted = set()
        self.told = {}
        self.taken = {}
        # Homes in which something could not be opened: when they are walked through again, and after which pause.
        self.unfinished = {}

    def build(self):
        """Once through all volumes; whether all went well."""
        self.taken = {}
        well = True
        for folder in self.folders:
            try:
                volumes = volumes_in(folder)
                self.told.pop(folder, None)
            except (OSError, Mistake) as error:
                well = self.complain(folder, error)
                continue
            for volume in volumes:
                try:
                    self.build_in(volume)
                    self.told.pop((volume, "complaint"), None)
                except (OSError, Mistake) as error:
                    well = self.complain((volume, "complaint"), error)
        return well

    def complain(self, about, error):
        """Tells of it once, until it is another or has been well again; False."""
        if isinstance(error, Mistake):
            sentence = str(error)
        elif isinstance(error, FileNotFoundError) and error.filename == about:
            sentence = "there is no such folder"
        else:
            sentence = "%s (%s)" % (error.strerror, error.filename)
        if self.told.get(about) != sentence:
            self.told[about] = sentence
            print("%s: %s." % (about if isinstance(about, str) else about[0], sentence), file=sys.stderr, flush=True)
        return False

    def build_in(self, volume):
        """Once through one volume's homes. Mistake where some have no wall afterwards."""
        size, files = wall_of(volume)
        homes = os.open(os.path.join(volume, "homes"), FOLDER)
        try:
            system = FileSystem(homes, volume)
            system.require_quotas()
            found = Round()
            for name in sorted(name for name in os.listdir(homes) if HOME.match(name)):
                try:
                    self.wall_in(system, homes, name, size, files, found)
                except OSError as error:
                    found.failed[name] = "it has no wall (%s)" % error.strerror
        finally:
            os.close(homes)
        if found.walled:
            print("%s: %s may grow to %s and %d files: %s" % (volume, homes_of(found.walled), size_of(size), files, ", ".join(found.walled)), flush=True)
        elif found.there and volume not in self.greeted:
            print("%s: %s had the wall already, of %s and %d files." % (volume, homes_of(range(found.there)), size_of(size), files), flush=True)
        self.greeted.add(volume)
        complaint = found.complaint(self.first, self.last)
        if complaint:
            raise Mistake(complaint)

    def wall_in(self, system, homes, name, size, files, found):
        """One home: notes in what was found what became of it."""
        try:
            home = os.open(name, FOLDER, dir_fd=homes)
        except OSError as error:
            if error.errno in GONE:
                return
            raise
        try:
            project, is_inherited = project_of(home)
            if project != 0 and not self.first <= project <= self.last:
                found.others.append(name)
                return
            identity = os.fstat(home).st_dev, os.fstat(home).st_ino
            if project == 0 or self.taken.get(project, identity) != identity:
                project, is_inherited = self.free_project(system), False
                if project is None:
                    found.failed[name] = "it has no wall (all projects from %d to %d are in use)" % (self.first, self.last)
                    return
            self.taken[project] = identity
            held = system.limits(project)
            # The wall comes last: a home that has the right one is complete.
            if is_inherited and (-(-held[0] // STEP) * STEP, held[1]) == (size, files) and self.is_finished(identity):
                found.there += 1
                return
            left_out = take_in(home, project, system.device)
            system.set_limits(project, size, files)
            found.walled.append(name)
            self.note(identity, left_out)
            if left_out:
                found.failed[name] = "not all of it is behind its wall, since it could not be opened (%s)" % ", ".join("%s: %d" % item for item in sorted(left_out.items()))
        finally:
            os.close(home)

    def is_finished(self, identity):
        """Whether there is nothing left to do in a home, or it is not yet time to try again."""
        return identity not in self.unfinished or time.monotonic() < self.unfinished[identity][0]

    def note(self, identity, left_out):
        if not left_out:
            self.unfinished.pop(identity, None)
            return
        _, before = self.unfinished.get(identity, (0, SHORTEST_PAUSE / 2))
        pause = min(LONGEST_PAUSE, 2 * before)
        self.unfinished[identity] = (time.monotonic() + pause, pause)

    def free_project(self, system):
        """A project that no home has, without bounds; None where all are in use."""
        for _ in range(self.last - self.first + 1):
            project, self.next = self.next, self.first if self.next == self.last else self.next + 1
            if project in self.taken:
                continue
            size, files, count = system.limits(project)
            if count == 0:
                if (size, files) != (0, 0):
                    # The wall of a home that is gone: nobody may take it for one that this home has.
                    system.set_limits(project, 0, 0)
                return project
        return None


def wall_of(volume):
    """How many bytes, in whole steps, and files a home of a volume may come to."""
    try:
        with open(os.path.join(volume, ".mesonet", "use.json"), encoding="ascii") as file:
            wall = json.load(file)["wall"]
        size, files = int(wall["bytes"]), int(wall["files"])
    except (ValueError, KeyError, TypeError):
        size = files = 0
    if size <= 0 or files <= 0:
        raise Mistake(".mesonet/use.json is not what MesoNet's watch writes. It comes anew while a seat runs")
    return -(-size // STEP) * STEP, files


def size_of(size):
    return "%.1f GiB" % (size / 2 ** 30) if size >= 2 ** 30 else "%.1f MiB" % (size / 2 ** 20)


def homes_of(names):
    return "1 home" if len(names) == 1 else "%d homes" % len(names)


def volumes_in(folder):
    """The homes' volumes that a folder is, or that lie directly in it. One that has not been measured yet is none yet."""
    if is_volume(folder):
        return [folder]
    found = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
    found = [path for path in found if not os.path.islink(path) and is_volume(path)]
    if not found:
        raise Mistake("neither it nor a folder in it is a homes' volume that MesoNet has measured, with homes/ and .mesonet/use.json. They are measured once a seat runs")
    return found


def is_volume(folder):
    return os.path.isdir(os.path.join(folder, "homes")) and os.path.isfile(os.path.join(folder, ".mesonet", "use.json"))


def arguments():
    parser = argparse.ArgumentParser(description="Gives each home of MesoNet's courses a project quota, on the machine that stores them.")
    parser.add_argument("folders", metavar="FOLDER", nargs="+", help="where a course's homes' volume is stored, or the folder above several")
    parser.add_argument("--every", metavar="SECONDS", type=float, help="go on, and look for new homes as often")
    parser.add_argument("--projects", metavar="FIRST-LAST", default="1500000000-1500999999", help="the project numbers to use, nobody else's (default %(default)s)")
    known = parser.parse_args()
    try:
        known.first, known.last = (int(number) for number in known.projects.split("-"))
    except ValueError:
        parser.error("--projects takes two numbers, such as 1500000000-1500999999")
    if not 0 < known.first <= known.last < 2 ** 32 - 1:
        parser.error("--projects takes two numbers from 1 to 4294967294, the lower one first")
    if known.every is not None and not 0.1 <= known.every <= 86400:
        parser.error("--every takes from 0.1 to 86400 seconds")
    return known


def main():
    known = arguments()
    walls = Walls([os.path.abspath(folder) for folder in known.folders], known.first, known.last)
    well = walls.build()
    while known.every is not None:
        time.sleep(known.every)
        walls.build()
    return 0 if well else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

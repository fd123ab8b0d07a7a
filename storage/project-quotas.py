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
import stat
import struct
import sys
import time

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# The watch counts a home that is nested deeper as one of too many files.
DEEPEST = 400

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
BOTH_HARD = 0x2 | 0x8     # FS_DQ_IHARD, FS_DQ_BHARD
ENFORCED = 1 << 5         # FS_QUOTA_PDQ_ENFD
SECTOR = 512

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
        state = ctypes.create_string_buffer(STATE_SIZE)
        STATE_FLAGS.pack_into(state, 0, 1, 0, 0)
        try:
            self.command(GET_STATE, 0, state)
            is_enforced = STATE_FLAGS.unpack_from(state)[2] & ENFORCED
        except OSError as error:
            if error.errno == errno.EPERM:
                raise Mistake("run this as root, on the machine that has the disk")
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
            raise
        _, _, _, _, blocks, _, files, _, _, count = LIMITS.unpack(buffer.raw)
        return blocks * SECTOR, files, count

    def set_limits(self, project, size, files):
        self.command(SET_LIMITS, project, ctypes.create_string_buffer(
            LIMITS.pack(1, OF_PROJECT, BOTH_HARD, project, -(-size // SECTOR), 0, files, 0, 0, 0), LIMITS.size))

    def command(self, command, project, buffer):
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
    """Brings a folder and all that is in it to a project. A student may change it meanwhile: nothing is followed out of it, and what goes away went away."""
    set_project(folder, project, True)
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                found = entry.stat(follow_symlinks=False)
                is_folder = stat.S_ISDIR(found.st_mode)
                if found.st_dev != device or not (is_folder or stat.S_ISREG(found.st_mode)) or depth == DEEPEST:
                    continue
                opened = os.open(entry.name, FOLDER if is_folder else FILE, dir_fd=folder)
            except OSError as error:
                if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR, errno.ENXIO):
                    continue
                raise
            try:
                if is_folder:
                    take_in(opened, project, device, depth + 1)
                elif stat.S_ISREG(os.fstat(opened).st_mode):
                    set_project(opened, project, False)
            finally:
                os.close(opened)


class Walls:
    """Gives walls to the homes of the volumes that are named, and tells what changed."""

    def __init__(self, folders, first, last):
        self.folders, self.first, self.last = folders, first, last
        self.next = first
        self.told = {}
        self.taken = set()

    def build(self):
        """Once through all volumes; whether all went well."""
        self.taken = set()
        well = True
        for folder in self.folders:
            try:
                volumes = volumes_in(folder)
            except (OSError, Mistake) as error:
                well = self.fail(folder, error)
                continue
            for volume in volumes:
                try:
                    self.build_in(volume)
                    self.told.pop(volume, None)
                except (OSError, Mistake) as error:
                    well = self.fail(volume, error)
        return well

    def fail(self, folder, error):
        sentence = str(error) if isinstance(error, Mistake) else "there is no such folder" if isinstance(error, FileNotFoundError) and error.filename == folder else "%s (%s)" % (error.strerror, error.filename)
        if self.told.get(folder) != sentence:
            self.told[folder] = sentence
            print("%s: %s." % (folder, sentence), file=sys.stderr, flush=True)
        return False

    def build_in(self, volume):
        size, files = wall_of(volume)
        homes = os.open(os.path.join(volume, "homes"), FOLDER)
        try:
            system = FileSystem(homes, volume)
            system.require_quotas()
            walled, others = [], []
            for name in sorted(os.listdir(homes)):
                what = self.wall_in(system, homes, name, size, files)
                if what is not None:
                    (walled if what else others).append(name)
            if walled:
                print("%s: %s may grow to %s and %d files: %s" % (volume, homes_of(walled), size_of(size), files, ", ".join(walled)), flush=True)
            if others:
                several = len(others) > 1
                raise Mistake("%s %s left alone, since %s to a project already that is not of %d to %d (one that bounds the whole volume, say): %s. MesoNet's watch alone guards %s"
                              % (homes_of(others), "are" if several else "is", "they belong" if several else "it belongs", self.first, self.last, ", ".join(others), "them" if several else "it"))
        finally:
            os.close(homes)

    def wall_in(self, system, homes, name, size, files):
        """True for a home that now has a wall, False for one that is somebody else's project, None where there was nothing to do."""
        try:
            home = os.open(name, FOLDER, dir_fd=homes)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR):
                return None
            raise
        try:
            project, is_inherited = project_of(home)
            if project != 0 and not self.first <= project <= self.last:
                return False
            if project == 0 or project in self.taken:
                project, is_inherited = self.free_project(system), False
            self.taken.add(project)
            # The wall comes last: a home that has the right one is complete.
            if is_inherited and system.limits(project)[:2] == (-(-size // SECTOR) * SECTOR, files):
                return None
            take_in(home, project, system.device)
            system.set_limits(project, size, files)
            return True
        finally:
            os.close(home)

    def free_project(self, system):
        for _ in range(self.last - self.first + 1):
            project, self.next = self.next, self.first if self.next == self.last else self.next + 1
            if project not in self.taken and system.limits(project)[2] == 0:
                return project
        raise Mistake("all projects from %d to %d are in use" % (self.first, self.last))


def wall_of(volume):
    """How many bytes and files a home of a volume may come to."""
    try:
        with open(os.path.join(volume, ".mesonet", "use.json"), encoding="ascii") as file:
            wall = json.load(file)["wall"]
        size, files = int(wall["bytes"]), int(wall["files"])
    except (ValueError, KeyError, TypeError):
        size = files = 0
    if size <= 0 or files <= 0:
        raise Mistake(".mesonet/use.json is not what MesoNet's watch writes. It comes anew while a seat runs")
    return size, files


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
    sys.exit(main())

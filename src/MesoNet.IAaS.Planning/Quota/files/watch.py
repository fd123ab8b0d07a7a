"""Watches what each home takes while seats run, and tells when one comes near its quota or goes over it (see news.py). It never ends by itself.

  homes/SEAT/         is measured (see homesize.py)
  .mesonet/use.json   all that was measured, for 'mesonet course homes', and where a home's wall should be, for storage/project-quotas.py
"""
import os
import re
import time
from dataclasses import dataclass
from datetime import datetime, timezone

import homesize
import news
import pace
import safely
import walls

SECONDS_BETWEEN_LOOKS = 0.25
# A large volume's first walk may take long: what is known by then is told, and that it is not all.
PATIENCE_BEFORE_ALL_IS_KNOWN = 5.0
SECONDS_BETWEEN_REPORTS = 10.0
HOME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
LARGEST_NAMED = 3


@dataclass(frozen=True)
class Settings:
    volume: str
    state: str
    port: int
    quota_bytes: int
    quota_files: int
    step_bytes: int
    step_files: int
    wall_bytes: int    # where the file system's own quota for a home should be, which never comes before the seat is stopped
    wall_files: int
    size: int          # what the course asked for; the file system may be larger, and others' too

    @staticmethod
    def of(environment):
        number = lambda name: int(environment[name])
        return Settings(
            volume=os.path.abspath(environment.get("VOLUME", "/volume")), state=environment["STATE"], port=number("PORT"),
            quota_bytes=number("QUOTA_BYTES"), quota_files=number("QUOTA_FILES"), step_bytes=number("STEP_BYTES"), step_files=number("STEP_FILES"),
            wall_bytes=number("WALL_BYTES"), wall_files=number("WALL_FILES"), size=number("VOLUME_BYTES"))


class Volume:
    """The volume's room, as its file system tells it. On one that others share, this is theirs too."""

    def __init__(self, settings):
        found = os.statvfs(settings.volume)
        self.used = (found.f_blocks - found.f_bfree) * found.f_frsize
        self.files_used = found.f_files - found.f_ffree
        self.available = found.f_bavail * found.f_frsize
        size = min(settings.size, found.f_blocks * found.f_frsize)
        # Some file systems have no bound of their own, and say 0.
        self.files_left = found.f_favail / found.f_files if found.f_files > 0 else 1.0
        self.left = min(self.available / size if size > 0 else 1.0, self.files_left * 2)
        self.lacks_files = size > 0 and self.files_left * 2 < self.available / size
        self.is_tight = self.available < settings.quota_bytes or self.files_left < 0.25


class Watch:
    def __init__(self, settings):
        self.settings = settings
        self.news = news.News(settings)
        self.pace = pace.Pace(settings)
        self.sizes = {}
        self.walls = {}
        self.complete = False
        self.listening = False
        self.report = self.written = self.tried = self.measured_at = None
        self.began = time.monotonic()

    def look(self):
        """One look at the volume, and a walk through the homes where it is time for one."""
        volume = Volume(self.settings)
        if self.pace.is_due(volume, time.monotonic()) or self.is_full(volume) != bool(self.news.volume):
            began, processor = time.monotonic(), time.process_time()
            self.pace.begin(volume)
            self.walk(volume)
            self.pace.end(time.monotonic(), time.process_time() - processor, time.monotonic() - began)
            self.note_volume(volume)
            self.prepare_report()
        self.tell()
        self.write_report()

    def walk(self, volume):
        homes = os.open(os.path.join(self.settings.volume, "homes"), safely.FOLDER)
        try:
            names = [entry.name for entry in os.scandir(homes) if HOME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)]
            # The fullest first: they are the ones that matter.
            for name in sorted(names, key=lambda name: -self.sizes.get(name, homesize.Size()).bytes):
                size = homesize.measure(homes, name, 2 * self.settings.quota_files, look_into_closed=volume.is_tight)
                if size is None:
                    continue
                known = self.sizes.get(name, size)
                if size.unreadable and known.bytes > size.bytes:
                    # Closing a folder makes no home smaller.
                    size = homesize.Size(known.bytes, max(known.files, size.files), unreadable=True)
                self.sizes[name] = size
                if self.news.note(name, size) and self.complete:
                    self.tell()
                elif not self.complete and time.monotonic() - self.began > PATIENCE_BEFORE_ALL_IS_KNOWN:
                    self.tell()
            self.sizes = {name: self.sizes[name] for name in names if name in self.sizes}
            self.walls = {name: walls.of(homes, name) for name in self.sizes}
            self.news.note_walls(self.walls)
            self.news.forget_all_but(self.sizes)
            self.complete = True
        finally:
            os.close(homes)

    def is_full(self, volume):
        return volume.left < (0.12 if self.news.volume else 0.1)

    def note_volume(self, volume):
        full = self.is_full(volume)
        if full == bool(self.news.volume):
            return
        by_files = volume.lacks_files
        largest = sorted(self.sizes.items(), key=lambda item: (-(item[1].files if by_files else item[1].bytes), item[0]))[:LARGEST_NAMED]
        self.news.volume = {"available": volume.available, "lacksFiles": by_files, "largest": [[name, size.bytes, size.files] for name, size in largest]} if full else None

    def tell(self):
        self.news.publish(self.complete)
        if not self.listening:
            news.listen(self.settings)
            self.listening = True

    def prepare_report(self):
        self.report = {
            "quota": {"bytes": self.settings.quota_bytes, "files": self.settings.quota_files},
            "wall": {"bytes": self.settings.wall_bytes, "files": self.settings.wall_files},
            "volume": {"bytes": self.settings.size},
            "homes": {name: {"bytes": size.bytes, "files": size.files, "unreadable": size.unreadable, "wall": self.walls.get(name)} for name, size in sorted(self.sizes.items())},
        }
        self.measured_at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def write_report(self):
        now = time.monotonic()
        if self.report is self.written or (self.tried is not None and now - self.tried < SECONDS_BETWEEN_REPORTS):
            return
        self.tried = now
        if self.report == self.written:
            self.written = self.report
            return
        try:
            own = os.path.join(self.settings.volume, ".mesonet")
            os.makedirs(own, exist_ok=True)
            news.write(os.path.join(own, "use.json"), {"measuredAt": self.measured_at, **self.report})
            self.written = self.report
        except OSError as error:
            # The volume is full, perhaps: the operator hears of that in another way.
            print(f"use.json could not be written: {error}", flush=True)


def run(_, environment):
    os.nice(19)
    watch = Watch(Settings.of(environment))
    while True:
        watch.look()
        time.sleep(SECONDS_BETWEEN_LOOKS)

"""When the homes are walked through again: at once when the volume is being filled, seldom when nothing changes, never without a pause."""

SOONEST = 0.5
ORDINARY = 5.0
AT_MOST = 120.0
ANYWAY = 600.0
# Pauses in multiples of the processor time that a walk took: a tenth of a core while the volume is being filled, three hundredths otherwise.
WHEN_FILLED = 9
WHEN_CHANGED = 32


class Pace:
    def __init__(self, settings):
        self.jump = max(1 << 20, min(64 << 20, settings.quota_bytes // 16))
        self.trifle = min(1 << 20, settings.quota_bytes // 64)
        self.many_files = max(100, settings.quota_files // 16)
        self.few_files = 50
        self.used = self.files = None
        self.processor = self.lasted = 0.0
        self.ended = None

    def begin(self, volume):
        self.used, self.files = volume.used, volume.files_used

    def end(self, now, processor, lasted):
        self.ended, self.processor, self.lasted = now, processor, lasted

    def is_due(self, volume, now):
        if self.ended is None:
            return True
        since = now - self.ended
        if volume.used - self.used >= self.jump or volume.files_used - self.files >= self.many_files:
            return since >= min(AT_MOST, max(SOONEST, self.processor * WHEN_FILLED, self.lasted / 2))
        if abs(volume.used - self.used) >= self.trifle or abs(volume.files_used - self.files) >= self.few_files:
            return since >= min(AT_MOST, max(ORDINARY, self.processor * WHEN_CHANGED, self.lasted))
        return since >= ANYWAY

"""How much room is left on a research workspace's volume, as its file system says: told to the operator, and to those who work in it."""

from __future__ import annotations

import os

from mesonet_seat import home

# Of bytes or of files, whichever is scarcer. What hovers about a border does not cross it each time. The operator's rule is the same (WorkspaceVolume.cs).
NEARLY_FULL, NEARLY_FULL_NO_MORE = 0.1, 0.12
FULL, FULL_NO_MORE = 0.01, 0.02
FULL_BYTES, FULL_NO_MORE_BYTES = 16 << 20, 32 << 20
# The number of files is told where twice its share is less than that of the bytes.
WEIGHT_OF_FILES = 2

# French puts a no-break space before a colon and between a number and its unit, and a narrow one before the other high signs.
_TEXT = """\
# {french_title}

Il reste **{french}**. {french_state}

- Dans un terminal de JupyterLab, `du -xsh ~/* ~/.[!.]* | sort -h` montre ce qui prend de la place, et `rm` libère ce dont vous n’avez plus besoin\u00a0: \
anciens points de reprise, données copiées, archives.
- Ce que le navigateur de fichiers met à la corbeille, dans certaines images, prend encore de la place\u00a0: `rm -r ~/.local/share/Trash`.
- Les jeux de données (`/data`) sont partagés\u00a0: il est inutile de les copier.
- Besoin de plus de place\u202f? Faites augmenter `storage.size`, si la classe de stockage sait agrandir un volume.

Ce fichier disparaît de lui-même.

---

# {english_title}

**{english}** left. {english_state}

- In a terminal of JupyterLab, `du -xsh ~/* ~/.[!.]* | sort -h` shows what takes room, and `rm` frees what you no longer need: old checkpoints, copied \
data, archives.
- What the file browser moves to the trash, in some images, still takes room: `rm -r ~/.local/share/Trash`.
- Data sets (`/data`) are shared: there is no need to copy them.
- Do you need more room? Have `storage.size` raised, if the storage class can expand a volume.

This file goes away by itself.
"""


def look(folder: str) -> dict | None:
    """What there is and what is left, in bytes and in files; None where the file system does not say."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    return {
        "available": found.f_bavail * found.f_frsize, "whole": found.f_blocks * found.f_frsize,
        # Some file systems have no bound of their own, and say 0.
        "filesAvailable": found.f_favail, "files": found.f_files,
    }


class Room:
    """What is told of a volume: once where it is nearly full, again where it is full, and where clearly more or less is left than was told."""

    def __init__(self, folder: str, look=look):
        self.folder, self.ask = folder, look
        self.told = None

    def look(self, asked_for: int | None) -> dict | None:
        """What is told now, None where there is room. A file system that others use too is larger than what was asked for, in bytes."""
        found = self.ask(self.folder)
        if found is None or found["whole"] <= 0:
            return self.told
        self.told = tell(found, min(found["whole"], asked_for or found["whole"]), self.told)
        return self.told


def tell(found: dict, size: int, told: dict | None) -> dict | None:
    """The same from what was found, and what was told before."""
    share = found["available"] / size
    files_share = WEIGHT_OF_FILES * found["filesAvailable"] / found["files"] if found["files"] > 0 else 1.0
    left, whole, unit = (found["filesAvailable"], found["files"], "files") if files_share < share else (found["available"], size, "bytes")
    was_full = told is not None and told["full"]
    full = min(share, files_share) < (FULL_NO_MORE if was_full else FULL) or found["available"] < (FULL_NO_MORE_BYTES if was_full else FULL_BYTES)
    if not full and min(share, files_share) >= (NEARLY_FULL if told is None else NEARLY_FULL_NO_MORE):
        return None
    if told is not None and (told["full"], told["unit"]) == (full, unit) and is_about(left, told["left"], told["left"] / 2 + whole / 200) and is_about(whole, told["size"], whole / 20):
        return told
    return {"full": full, "left": left, "size": whole, "unit": unit, **home.words(left, whole, unit)}


def is_about(number: int, known: int, slack: float) -> bool:
    return abs(number - known) <= slack


def text(told: dict) -> str:
    """The notice for what is told."""
    full = told["full"]
    return _TEXT.format(
        french_title="Le volume de votre espace de recherche est plein" if full else "Le volume de votre espace de recherche est presque plein",
        french=told["french"],
        french_state="Ce qui tourne continue, mais n’enregistre plus rien\u00a0: faites de la place avant de fermer un notebook. Ce qui est déjà enregistré reste."
        if full else "Une fois plein, ce qui tourne continue, mais n’enregistre plus rien.",
        english_title="The volume of your research workspace is full" if full else "The volume of your research workspace is nearly full",
        english=told["english"],
        english_state="What runs goes on, but saves nothing any more: make room before you close a notebook. What is saved already stays."
        if full else "Once it is full, what runs goes on, but saves nothing any more.",
    )

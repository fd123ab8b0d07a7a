"""How full the student's home is, as the pod's annotation says: nothing where there is nothing to say."""

from __future__ import annotations

import re

# The kubelet keeps it equal to the annotation, some seconds behind.
HOME_USE_FILE = "/run/mesonet/home-use"
FILE_NAME = "A-LIRE-dossier-presque-plein.md"

_USE = re.compile(r"([0-9]{1,18})/([0-9]{1,18}) (bytes|files)")

# French puts a no-break space before a colon and between a number and its unit, and a narrow one before the other high signs.
_TEXT = """\
# {french_title}

Il contient **{french_use}**. {french_state}

- Dans le navigateur de fichiers de JupyterLab, supprimez ce dont vous n’avez plus besoin\u00a0: modèles intermédiaires, données copiées, archives.
- Dans un terminal, `du -xsh ~/* ~/.[!.]* | sort -h` montre ce qui prend de la place.
- Les données du cours (`/data`) sont partagées\u00a0: il est inutile de les copier dans votre dossier.
- Besoin de plus de place\u202f? Parlez-en à votre enseignant.

Ce fichier disparaît de lui-même.

---

# {english_title}

It holds **{english_use}**. {english_state}

- In JupyterLab's file browser, delete what you no longer need: intermediate models, copied data, archives.
- In a terminal, `du -xsh ~/* ~/.[!.]* | sort -h` shows what takes room.
- The course's data (`/data`) is shared: there is no need to copy it into your home.
- Do you need more room? Ask your teacher.

This file goes away by itself.
"""


def read_use(path: str = HOME_USE_FILE) -> dict | None:
    """What is used of what may be; None where the home is well within its quota, or what is there says nothing."""
    try:
        with open(path, encoding="utf-8") as file:
            return parse_use(file.read(100))
    except (OSError, ValueError):
        return None


def parse_use(text: str) -> dict | None:
    """The same from a text such as 1825361101/2147483648 bytes."""
    found = _USE.fullmatch(text.strip())
    if found is None or int(found[2]) == 0:
        return None
    used, limit, unit = int(found[1]), int(found[2]), found[3]
    return {"used": used, "limit": limit, "unit": unit, "over": used > limit, **words(used, limit, unit)}


def words(used: int, limit: int, unit: str) -> dict:
    """The same in both languages; a limit of 0 is none."""
    return {
        "french": amount(used, unit, french=True) + (f" sur {amount(limit, unit, french=True)}" if limit else ""),
        "english": amount(used, unit, french=False) + (f" of {amount(limit, unit, french=False)}" if limit else ""),
    }


def amount(number: int, unit: str, french: bool) -> str:
    """A size as people say it, such as 1,7 Go."""
    if unit == "files":
        return f"{number:,}".replace(",", "\u202f") + "\u00a0fichiers" if french else f"{number:,} files"
    for power, name in ((40, "T"), (30, "G"), (20, "M"), (10, "k")):
        if number >= 1 << power:
            break
    text = f"{number / (1 << power):.1f}".removesuffix(".0")
    return f"{text.replace('.', ',')}\u00a0{name}o" if french else f"{text} {name}B"


def text(use: dict) -> str:
    """The notice for what is used."""
    over = use["over"]
    return _TEXT.format(
        french_title="Votre dossier est plein" if over else "Votre dossier est presque plein",
        french_use=use["french"],
        french_state="C’est plus que permis\u00a0: votre poste s’arrête si le dossier grandit encore, et vos fichiers sont conservés."
        if over else "Au-delà, votre poste est arrêté pour ne pas gêner les autres\u202f; vos fichiers sont conservés.",
        english_title="Your home is full" if over else "Your home is nearly full",
        english_use=use["english"],
        english_state="That is more than it may: your seat stops if the home grows, and your files are kept."
        if over else "Beyond that your seat is stopped, so that it does not disturb the others; your files are kept.",
    )

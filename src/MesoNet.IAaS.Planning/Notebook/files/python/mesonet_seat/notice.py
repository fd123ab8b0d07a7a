"""The file in the home that says when the seat stops, and files of its kind."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime

FILE_NAME = "A-LIRE-fin-de-seance.md"

# French puts a no-break space before a colon and a narrow one before the other high signs.
_TEXT = """\
# Votre séance se termine à {french}

Votre poste s’arrêtera à **{french}** et laissera la place à d’autres.

- **Vos fichiers sont conservés**\u00a0: rien n’est effacé.
- Les notebooks ouverts dans JupyterLab sont enregistrés juste avant l’arrêt, même si vous ne l’avez pas fait.
- Ce qui est en mémoire (variables, calculs en cours) est perdu\u00a0: enregistrez vos résultats dans des fichiers.
- **Pour continuer**\u00a0: rouvrez votre poste depuis la page du cours, à la prochaine séance ou jusqu’à la date de rendu, puis réexécutez vos \
cellules.

Ce fichier disparaît de lui-même.

---

# Your session ends at {english}

Your seat will stop at **{english}** and make room for others.

- **Your files are kept**: nothing is deleted.
- Notebooks open in JupyterLab are saved just before the seat stops, even if you have not done so.
- What is in memory (variables, running computations) is lost: save your results to files.
- **To go on**: open your seat again from the course's page, in the next session or until the hand-in date, and run your cells again.

This file goes away by itself.
"""


def text(end: datetime) -> str:
    """The notice for an end, in the course's local time."""
    return _TEXT.format(french=end.strftime("%H\u00a0h\u00a0%M"), english=end.strftime("%H:%M"))


def write(home: str, wanted: str, name: str = FILE_NAME) -> None:
    """Puts a notice into the home, complete or not at all; one that says the same is left as it is."""
    path = os.path.join(home, name)
    if not os.path.islink(path) and os.path.isfile(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            if file.read(len(wanted) + 1) == wanted:
                return
    handle, temporary = tempfile.mkstemp(prefix=".mesonet-", dir=home)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(wanted)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise


def remove(home: str, name: str = FILE_NAME) -> None:
    """Takes a notice out of the home, where it is."""
    try:
        os.unlink(os.path.join(home, name))
    except FileNotFoundError:
        pass

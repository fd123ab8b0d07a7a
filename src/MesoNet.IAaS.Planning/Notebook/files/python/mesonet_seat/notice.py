"""The file in the home that says when the seat stops, and files of its kind."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime

from . import ending

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


# The same for a research workspace: why it stops, and how it goes on.
_WORKSPACE_TEXT = """\
# Votre espace de recherche s’arrête à {french}

{french_why}

- **Enregistrez l’état de vos calculs** (points de reprise) avant **{french}**\u00a0: ce qui est en mémoire est perdu.
- **Vos fichiers et les paquets que vous avez installés sont conservés.**
- {french_back}

Ce fichier disparaît de lui-même.

---

# Your research workspace stops at {english}

{english_why}

- **Save the state of your computations** (checkpoints) before **{english}**: what is in memory is lost.
- **Your files and the packages you installed are kept.**
- {english_back}

This file goes away by itself.
"""

# The same where nobody could say so before: the pod was deleted, preempted or evicted, or somebody stopped it.
_STOP_TEXT = """\
# Votre espace de recherche s’arrête maintenant

- Les programmes qui tournent ont **moins d’une minute** pour enregistrer leur état\u202f; ce qui est en mémoire est perdu.
- **Vos fichiers et les paquets que vous avez installés sont conservés.**
- S’il fait place à une séance ou change de machine, il **redémarre de lui-même**. Si quelqu’un l’a arrêté\u00a0: `mesonet workspace start`.

Ce fichier disparaît de lui-même.

---

# Your research workspace stops now

- Programs that run have **less than a minute** to save their state; what is in memory is lost.
- **Your files and the packages you installed are kept.**
- If it makes room for a lesson or moves to another machine, it **starts again by itself**. If somebody stopped it: `mesonet workspace start`.

This file goes away by itself.
"""

_BY_ITSELF = ("Il **redémarre de lui-même** ensuite.", "It **starts again by itself** afterwards.")
_BY_HAND = ("Pour le redémarrer\u00a0: `mesonet workspace start`.", "To start it again: `mesonet workspace start`.")
_REASONS = {
    "lesson": ("Une séance de cours a besoin des ressources qu’il occupe.", "A lesson needs what it holds.", _BY_ITSELF),
    "hours": ("Ses heures de fonctionnement se terminent.", "Its hours are over.", _BY_ITSELF),
    "end": ("Son dernier jour se termine.", "Its last day is over.",
            ("Pour le prolonger\u00a0: `mesonet workspace extend`.", "To extend it: `mesonet workspace extend`.")),
    "idle": ("Rien n’y est calculé. Un fichier `mesonet-busy` dans votre dossier le garde en marche.",
             "Nothing is computed in it. A file `mesonet-busy` in your home keeps it running.", _BY_HAND),
}


def text(end: datetime, reason: str | None = None) -> str:
    """The notice for an end, in local time: a seat's, or where a reason is given a research workspace's."""
    if reason == ending.STOP:
        return _STOP_TEXT
    times = {"french": end.strftime("%H\u00a0h\u00a0%M"), "english": end.strftime("%H:%M")}
    if reason is None:
        return _TEXT.format(**times)
    french_why, english_why, (french_back, english_back) = _REASONS[reason]
    return _WORKSPACE_TEXT.format(**times, french_why=french_why, english_why=english_why, french_back=french_back, english_back=english_back)


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

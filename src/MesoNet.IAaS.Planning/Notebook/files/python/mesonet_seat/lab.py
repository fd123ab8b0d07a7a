"""Starts JupyterLab so that it and its kernels start on a full volume, too: it is where people make room.

    python3 -I lab.py ARGUMENTS-OF-JUPYTERLAB
"""

from __future__ import annotations

import os
import sys
import tempfile

# Jupyter writes a file for each kernel, and IPython makes these folders for its first one; Jupyter notes in the marker that it has looked for what an
# IPython of long ago left, and does not start where it cannot.
PROFILE = ".ipython/profile_default"
FOLDERS_OF_PROFILE = ("log", "pid", "security", "startup")
MARKER = ".jupyter/migrated"
ENOUGH_BYTES = 1 << 20


def environment(known: dict) -> dict:
    """The environment variables with where all that is. What the home holds of it, it goes on to hold; what somebody chose stays chosen."""
    elsewhere = tempfile.gettempdir()
    chosen = {"JUPYTER_RUNTIME_DIR": os.path.join(elsewhere, "jupyter-runtime")}
    if not prepare(known["HOME"]):
        chosen["IPYTHONDIR"] = os.path.join(elsewhere, "ipython")
    return {**chosen, **known}


def prepare(home: str) -> bool:
    """Makes the folders while there is room for them: the volume may be full when the first kernel starts. Whether they are there, and the marker can be."""
    try:
        for name in FOLDERS_OF_PROFILE:
            os.makedirs(os.path.join(home, PROFILE, name), mode=0o700, exist_ok=True)
        found = os.statvfs(home)
    except OSError:
        return False
    return os.path.exists(os.path.join(home, MARKER)) or found.f_bavail * found.f_frsize >= ENOUGH_BYTES


if __name__ == "__main__":
    os.execvpe(sys.executable, [sys.executable, "-m", "jupyterlab", *sys.argv[1:]], environment(dict(os.environ)))

"""Starts JupyterLab in a Python environment of its own, which lies in the home and so survives stops and newer images.

    python3 -I packages.py ARGUMENTS-OF-JUPYTERLAB

It sees the image's packages too, and what is installed in it goes before them. It is first on PATH, and is that of the notebooks. Where it cannot be
made, a full volume for instance, JupyterLab starts without it, and the log says why.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

try:
    from mesonet_seat import lab  # noqa: E402
except ImportError:  # A pod that was made before there was one: it sees this file as it is now, and no new ones.
    lab = None

FOLDER = ".mesonet/packages"

# Where the image's Python brings no pip of its own for environments, its system-wide one does: it installs where it is run.
_PIP = """#!/bin/sh
exec "{python}" -m pip "$@"
"""


# A login shell sets PATH anew.
_MARK = "# mesonet: the packages of this workspace"
_PROFILE = f"""
{_MARK}
if [ -n "$VIRTUAL_ENV" ] && [ -d "$VIRTUAL_ENV/bin" ]; then PATH="$VIRTUAL_ENV/bin:$PATH"; fi
"""


def prepare(folder: str) -> None:
    """Makes the environment, or brings it to the image's Python where that is another by now. A folder that is as it should be is left alone."""
    python = os.path.join(folder, "bin", "python3")
    if not is_of_this_python(python):
        arguments = ["--system-site-packages", "--without-pip"]
        if os.path.isdir(folder):
            arguments.append("--upgrade")
        subprocess.run([sys.executable, "-m", "venv", *arguments, folder], check=True)
    pip = os.path.join(folder, "bin", "pip")
    if not os.path.exists(pip):
        write(pip, _PIP.format(python=python), mode=0o755)
    kernel = os.path.join(folder, "share", "jupyter", "kernels", "python3", "kernel.json")
    wanted = json.dumps({
        "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "Python 3", "language": "python", "metadata": {"debugger": True},
    })
    if read(kernel) != wanted:
        os.makedirs(os.path.dirname(kernel), exist_ok=True)
        write(kernel, wanted, mode=0o644)


def keep_in_shells(home: str) -> None:
    """Has login shells find the environment: once, in the file that bash reads."""
    known = [os.path.join(home, name) for name in (".bash_profile", ".bash_login", ".profile")]
    profile = next((path for path in known if os.path.exists(path)), known[-1])
    if _MARK not in (read(profile) or ""):
        with open(profile, "a", encoding="utf-8") as file:
            file.write(_PROFILE)


def is_of_this_python(python: str) -> bool:
    """Whether an environment's Python runs, and is of the same version as this one."""
    try:
        answer = subprocess.run([python, "-I", "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == str(tuple(sys.version_info[:2]))


def environment(folder: str, known: dict) -> dict:
    """The environment variables of JupyterLab, and of all that is started in it."""
    def before(first: str, name: str, otherwise: str = "") -> str:
        rest = known.get(name) or otherwise
        return f"{first}{os.pathsep}{rest}" if rest else first

    return {
        **known,
        "VIRTUAL_ENV": folder,
        "PATH": before(os.path.join(folder, "bin"), "PATH", os.defpath),
        "JUPYTER_PATH": before(os.path.join(folder, "share", "jupyter"), "JUPYTER_PATH"),
    }


def read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return None


def write(path: str, text: str, mode: int) -> None:
    """Complete or not at all."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path + ".new", mode)
    os.replace(path + ".new", path)


def main() -> None:
    folder = os.path.join(os.environ["HOME"], FOLDER)
    variables = dict(os.environ)
    try:
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        prepare(folder)
        keep_in_shells(os.environ["HOME"])
        variables = environment(folder, variables)
    except (OSError, subprocess.SubprocessError) as failure:
        print(f"mesonet: the environment for packages cannot be made, and JupyterLab starts without it: {failure}", file=sys.stderr, flush=True)
    # The image's own Python runs the server: what is installed in the environment cannot keep it from starting.
    os.execvpe(sys.executable, [sys.executable, "-m", "jupyterlab", *sys.argv[1:]], variables if lab is None else lab.environment(variables))


if __name__ == "__main__":
    main()

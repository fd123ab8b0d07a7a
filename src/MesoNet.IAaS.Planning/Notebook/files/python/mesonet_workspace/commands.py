"""Runs a command that the workspace's spec declares: in the home, with what it prints in a file there, and without waiting for it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import threading
from datetime import datetime, timezone

LOG_FOLDER = ".mesonet"


def run(variable: str, log_file: str, home: str, log):
    """Starts the command that a variable holds, as a list in JSON; returns its process, or None where there is none to run."""
    command = json.loads(os.environ.get(variable) or "[]")
    if not command:
        return None
    path = os.path.join(home, LOG_FOLDER, log_file)
    note(path, shlex.join(command))
    try:
        with output(path, log) as file:
            process = subprocess.Popen(command, cwd=home, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)
    except OSError as failure:
        note(path, f"this cannot be started: {failure}")
        raise
    log.info("mesonet_workspace: running %s", command)
    # It leaves no zombie, and who reads the log sees how it ended.
    threading.Thread(target=lambda: note(path, f"ended with exit code {process.wait()}"), daemon=True).start()
    return process


def output(path: str, log):
    """The file for what it prints. On a full volume it is run all the same: it may be what frees some room."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return open(path, "ab")
    except OSError as failure:
        log.warning("mesonet_workspace: what is printed is lost: %s", failure)
        return open(os.devnull, "ab")


def note(path: str, text: str) -> None:
    """A line of our own in that file, where it takes one."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"--- {datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ} {text}\n")
    except OSError:
        pass

"""What a research workspace does each time that its JupyterLab has started: a command is run, such as a training that goes on from its checkpoint."""

from __future__ import annotations

from mesonet_workspace import commands

COMMAND_VARIABLE = "MESONET_ON_START"
LOG_FILE = "on-start.log"


def begin(home: str, log) -> None:
    """Does it. Whatever fails, JupyterLab goes on, and both logs say so."""
    try:
        commands.run(COMMAND_VARIABLE, LOG_FILE, home, log)
    except (OSError, ValueError) as failure:
        log.warning("mesonet_workspace: the command for the start: %s", failure)

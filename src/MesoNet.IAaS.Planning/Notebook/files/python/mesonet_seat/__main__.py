"""Says in one line of JSON whether somebody or something works in the seat: {"busy", "why", "lastWorkAt", "opened"}, and in a research workspace
what is left of its volume: "volume".

    python3 -I /opt/mesonet/python/mesonet_seat
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from mesonet_seat import work  # noqa: E402

try:
    from mesonet_workspace import volume  # noqa: E402
except ImportError:  # A seat of a course has none: its homes are watched from outside.
    volume = None

PATIENCE_SECONDS = 10


def ask_server() -> dict:
    """What the Jupyter server knows."""
    request = urllib.request.Request(
        os.environ["MESONET_SEAT_URL"] + "mesonet/activity", headers={"Authorization": f"token {os.environ['JUPYTER_TOKEN']}"}
    )
    # Without the proxies that the image may name: it is this very pod.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=PATIENCE_SECONDS) as response:
        return json.load(response)


def answer(server: dict) -> dict:
    """The server's answer, with the pod's files and processes looked at."""
    now = time.time()
    home = server["home"]
    # The one that runs this was started by the kubelet or by a shell; what started it, and what it starts, is no work.
    share = work.processor_share(without={server["pid"], os.getpid(), os.getppid()})
    if os.path.lexists(os.path.join(home, work.BUSY_FILE_NAME)):
        why = f"the file {work.BUSY_FILE_NAME} says so"
    elif server["busyKernels"] > 0:
        why = f"kernels at work: {server['busyKernels']}"
    elif share > work.BUSY_SHARE_OF_A_CORE:
        why = f"processes use {share:.2f} of a core"
    elif work.are_busy(server.get("gpuPercent")):
        why = f"the GPUs are busy at {server['gpuPercent']:.0f} %"
    else:
        why = None
    moments = [moment for moment in (server["lastActivity"], work.newest_file(home, now)) if moment is not None]
    last = datetime.fromtimestamp(int(max(moments)), timezone.utc) if moments else None
    return {
        "busy": why is not None,
        "why": why or "nothing computes",
        "lastWorkAt": last.strftime("%Y-%m-%dT%H:%M:%SZ") if last else None,
        "opened": server["opened"],
        **({} if volume is None else {"volume": volume.look(home)}),
    }


def main() -> int:
    try:
        print(json.dumps(answer(ask_server())))
        return 0
    except (OSError, urllib.error.URLError, KeyError, ValueError) as failure:
        print(f"The seat's server cannot be asked: {failure!r}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""What a research workspace uses of processor, memory and GPU over time: a sample a minute, for a day at most, kept in the Jupyter server alone."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections import deque

SECONDS_BETWEEN_SAMPLES = 60
MOST_SAMPLES = 24 * 60
CGROUP = "/sys/fs/cgroup"
GPU_PROGRAM = "nvidia-smi"
GPU_QUESTION = ("--query-gpu=utilization.gpu", "--format=csv,noheader,nounits")
GPU_PATIENCE_SECONDS = 10

_VERSION_1_OF_PROCESSOR = ("cpuacct/cpuacct.usage", "cpu,cpuacct/cpuacct.usage")


class Usage:
    """The samples: each is a moment, cores, bytes and per cent of the GPUs, where None is what could not be measured."""

    def __init__(self, folder: str = CGROUP):
        self.folder = folder
        self.samples = deque(maxlen=MOST_SAMPLES)
        self.before = None

    async def look(self) -> None:
        """Takes one. The first only begins to measure the processor."""
        used, at = processor_seconds(self.folder), time.monotonic()
        cores = None
        if self.before is not None and used is not None and at > self.before[1]:
            cores = round(max(0.0, used - self.before[0]) / (at - self.before[1]), 3)
        self.before = None if used is None else (used, at)
        self.samples.append((int(time.time()), cores, memory_bytes(self.folder), await gpu_percent()))

    def last_gpu_percent(self) -> float | None:
        """How busy the GPUs were when last looked at; None where that is not known, or was long ago."""
        if not self.samples or time.time() - self.samples[-1][0] > 2.5 * SECONDS_BETWEEN_SAMPLES:
            return None
        return self.samples[-1][3]

    def answer(self) -> dict:
        return {"gpu": shutil.which(GPU_PROGRAM) is not None, "samples": list(self.samples)}


def processor_seconds(folder: str) -> float | None:
    """The processor time that the container has used so far, by version 2 or 1 of control groups; None where neither says."""
    used = _fields(os.path.join(folder, "cpu.stat")).get("usage_usec")
    if used is not None:
        return used / 1e6
    for path in _VERSION_1_OF_PROCESSOR:
        used = _number(os.path.join(folder, path))
        if used is not None:
            return used / 1e9
    return None


def memory_bytes(folder: str) -> int | None:
    """The memory in use, without what of files is only kept in case: as the kubelet counts it before it evicts."""
    for used_path, stat_path, kept in (("memory.current", "memory.stat", "inactive_file"), ("memory/memory.usage_in_bytes", "memory/memory.stat", "total_inactive_file")):
        used = _number(os.path.join(folder, used_path))
        if used is not None:
            return max(0, used - _fields(os.path.join(folder, stat_path)).get(kept, 0))
    return None


async def gpu_percent() -> float | None:
    """How busy the GPUs are, on average over all; None where the image has no nvidia-smi, or it does not say (of a MIG slice, for one)."""
    if shutil.which(GPU_PROGRAM) is None:
        return None
    try:
        process = await asyncio.create_subprocess_exec(GPU_PROGRAM, *GPU_QUESTION, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
    except OSError:
        return None
    try:
        output, _ = await asyncio.wait_for(process.communicate(), GPU_PATIENCE_SECONDS)
    except asyncio.TimeoutError:
        process.kill()
        await process.wait()
        return None
    return mean_of(output.decode(errors="replace")) if process.returncode == 0 else None


def mean_of(lines: str) -> float | None:
    """The mean of the lines that are numbers."""
    numbers = [int(line) for line in map(str.strip, lines.splitlines()) if line.isascii() and line.isdigit()]
    return round(sum(numbers) / len(numbers), 1) if numbers else None


def load(serverapp) -> Usage:
    """Starts to measure, and answers at mesonet/usage."""
    from jupyter_server.base.handlers import APIHandler
    from jupyter_server.utils import url_path_join
    from tornado import web
    from tornado.ioloop import IOLoop, PeriodicCallback

    usage = Usage()

    class UsageHandler(APIHandler):
        _track_activity = False

        @web.authenticated
        def get(self):
            self.finish(json.dumps(usage.answer()))

    serverapp.web_app.add_handlers(".*$", [(url_path_join(serverapp.web_app.settings["base_url"], "mesonet", "usage"), UsageHandler)])
    timer = PeriodicCallback(usage.look, SECONDS_BETWEEN_SAMPLES * 1000)
    usage.timer = timer  # Kept with it: nobody else refers to it.
    IOLoop.current().add_callback(usage.look)
    timer.start()
    return usage


def _number(path: str) -> int | None:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read(100))
    except (OSError, ValueError):
        return None


def _fields(path: str) -> dict:
    try:
        with open(path, encoding="ascii") as file:
            pairs = [line.split() for line in file.read(20_000).splitlines()]
    except (OSError, ValueError):
        return {}
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}

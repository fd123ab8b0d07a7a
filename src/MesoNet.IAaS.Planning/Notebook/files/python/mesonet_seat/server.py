"""The Jupyter server's side: writes the notice, and answers for it and for what goes on in the server."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timezone

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.ioloop import IOLoop, PeriodicCallback

from . import ending, home, kernels, measure, notice, work

try:
    from mesonet_workspace import leaving, starting, usage
except ImportError:  # A seat of a course has none.
    leaving = starting = usage = None
try:
    from mesonet_workspace import volume
except ImportError:  # Neither has a workspace's pod that was made before there was one.
    volume = None

SECONDS_BETWEEN_LOOKS = 5

# A page that a browser loads, or a kernel or terminal that one connects to. Both are refused without the token. A tab forgotten since an
# earlier life of the seat finds none of its kernels, and does not count.
_PAGE = re.compile(r"(lab|tree|notebooks|edit|consoles|terminals|doc)(/.*)?$")
_CHANNEL = re.compile(r"(api/kernels/[^/]+/channels|terminals/websocket/.*)$")
_NO_PAGE = re.compile(r"lab/(api|extensions|static)/")

# What JupyterLab saves, of its own accord too while somebody writes; a document that nobody changes it does not save.
_DOCUMENT = re.compile(r"api/contents(/.*)?$")


class Seat:
    """What the server knows of its seat."""

    def __init__(self, serverapp):
        self.app = serverapp
        self.home = serverapp.root_dir
        self.opened = False
        self.saved = None
        self.meter = work.ProcessorMeter(without={os.getpid()})
        self.started = datetime.now(timezone.utc)
        self.failures = set()
        self.kernels = kernels.Kernels(serverapp.kernel_manager)
        self.usage = None  # What a workspace measures of itself.
        self.told = None  # The end that the programs in here have been told of.
        self.room = volume.Room(self.home) if volume is not None else None  # What is left of a workspace's volume.

    def look(self) -> None:
        """Writes or removes the notices, and asks new kernels. Whatever fails, the server goes on, and the log says so once."""
        for keep in (self.keep_end, self.keep_home, self.kernels.at_work):
            try:
                keep()
                self.failures.discard(keep.__name__)
            except Exception as failure:
                if keep.__name__ not in self.failures:
                    self.failures.add(keep.__name__)
                    self.app.log.warning("mesonet_seat: %s fails: %s", keep.__name__, failure)

    def keep_end(self) -> None:
        end, reason = ending.read_end(), ending.read_reason()
        if not ending.notice(end, datetime.now(timezone.utc), ending.warn_seconds())["warn"]:
            if self.told is not None and leaving is not None:
                leaving.forget()
            self.told = None
            notice.remove(self.home)
            return
        # Once each time: an end that moves by a little is the same one. The programs first, whatever becomes of the file: the volume may be full.
        if self.told is None:
            self.told = end
            if leaving is not None:
                leaving.tell(self.home, self.app.log)
        notice.write(self.home, notice.text(end, reason))

    def keep_home(self) -> None:
        if self.room is not None:
            told = self.room.look((measure.read_quota() or (None,))[0])
            text = None if told is None else volume.text(told)
        else:
            use = home.read_use()
            text = None if use is None else home.text(use)
        if text is not None:
            notice.write(self.home, text, home.FILE_NAME)
        else:
            notice.remove(self.home, home.FILE_NAME)

    def note_requests(self) -> None:
        """Looks at each finished request by the server's own hook for its log."""
        settings = self.app.web_app.settings
        base = settings["base_url"]
        log = settings["log_function"]

        def note(handler):
            try:
                request, status = handler.request, handler.get_status()
                if not self.opened and is_opening(request.method, request.path, base, status):
                    self.opened = True
                if is_saving(request.method, request.path, base, status):
                    self.saved = datetime.now(timezone.utc)
            finally:
                log(handler)

        settings["log_function"] = note

    def activity(self) -> dict:
        """What goes on in the server. Its own last activity is not in it: an open tab's questions count there."""
        manager, settings = self.app.kernel_manager, self.app.web_app.settings
        found = [manager.get_kernel(kernel) for kernel in manager.list_kernel_ids()]
        moments = [getattr(kernel, "last_activity", None) for kernel in found]
        moments += [getattr(terminal, "last_activity", None) for terminal in getattr(settings.get("terminal_manager"), "terminals", {}).values()]
        # What was stopped meanwhile. Both begin with the server's start, which is no work.
        ended = (getattr(manager, "last_kernel_activity", None), settings.get("terminal_last_activity"))
        moments += [moment for moment in ended if moment is not None and moment > self.started]
        last = max((moment.timestamp() for moment in [*moments, self.saved] if moment is not None), default=None)
        kernels_at_work = self.kernels.at_work()
        return {
            # For the operator's program, which looks at more.
            "pid": os.getpid(),
            "home": self.home,
            "busyKernels": kernels_at_work,
            "lastActivity": last,
            "gpuPercent": self.gpu_percent(),
            # For the portal, which asks often: the same words as that program's, from what costs nothing.
            "busy": self.is_busy(kernels_at_work),
            "lastWorkAt": datetime.fromtimestamp(int(last), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if last else None,
            "opened": self.opened,
        }

    def gpu_percent(self) -> float | None:
        return self.usage.last_gpu_percent() if self.usage is not None else None

    def is_busy(self, kernels_at_work: int) -> bool:
        """Whether something computes, as far as can be told without a look at the home's files and without waiting."""
        share = self.meter.look()
        says_so = os.path.lexists(os.path.join(self.home, work.BUSY_FILE_NAME))
        return says_so or kernels_at_work > 0 or (share is not None and share > work.BUSY_SHARE_OF_A_CORE) or work.are_busy(self.gpu_percent())


def is_opening(method: str, path: str, base: str, status: int) -> bool:
    """Whether a request shows that somebody opened the seat in a browser."""
    if method != "GET" or not path.startswith(base):
        return False
    rest = path[len(base):]
    if status == 101:
        return _CHANNEL.match(rest) is not None
    return status == 200 and _PAGE.match(rest) is not None and _NO_PAGE.match(rest) is None


def is_saving(method: str, path: str, base: str, status: int) -> bool:
    """Whether a request wrote, made, moved or deleted a document."""
    if method not in ("PUT", "POST", "PATCH", "DELETE") or not path.startswith(base):
        return False
    return 200 <= status < 300 and _DOCUMENT.match(path[len(base):]) is not None


class NoticeHandler(APIHandler):
    _track_activity = False  # An open tab asks this every few seconds.

    def initialize(self, seat: Seat):
        self.seat = seat

    @web.authenticated
    def get(self):
        end = ending.notice(ending.read_end(), datetime.now(timezone.utc), ending.warn_seconds(), ending.read_reason())
        room = self.seat.room
        self.finish(json.dumps({**end, "home": home.read_use(), **({} if room is None else {"volume": room.told})}))


class ActivityHandler(APIHandler):
    _track_activity = False

    def initialize(self, seat: Seat):
        self.seat = seat

    @web.authenticated
    def get(self):
        self.finish(json.dumps(self.seat.activity()))


class HomeHandler(APIHandler):
    """What the home takes of what it may. JupyterLab asks while its page is seen."""

    _track_activity = False

    def initialize(self, measured: measure.Measure):
        self.measured = measured

    @web.authenticated
    async def get(self):
        self.finish(json.dumps({"home": measure.told(await self.measured.look(), measure.read_quota())}))


def load(serverapp) -> None:
    """Starts it all."""
    if leaving is not None:
        # Of an earlier server, where its files are kept.
        leaving.forget()
        ending.forget_stop()
    seat = Seat(serverapp)
    base = serverapp.web_app.settings["base_url"]
    serverapp.web_app.add_handlers(
        ".*$",
        [
            (url_path_join(base, "mesonet", "notice"), NoticeHandler, {"seat": seat}),
            (url_path_join(base, "mesonet", "activity"), ActivityHandler, {"seat": seat}),
            (url_path_join(base, "mesonet", "home"), HomeHandler, {"measured": measure.Measure(serverapp.root_dir)}),
        ],
    )
    seat.note_requests()
    seat.look()
    # Kept with the seat: nobody else refers to it.
    seat.timer = PeriodicCallback(seat.look, SECONDS_BETWEEN_LOOKS * 1000)
    seat.timer.start()
    if starting is not None:
        # Once the server answers: what is started may ask it.
        IOLoop.current().add_callback(starting.begin, seat.home, serverapp.log)
    if usage is not None:
        seat.usage = usage.load(serverapp)

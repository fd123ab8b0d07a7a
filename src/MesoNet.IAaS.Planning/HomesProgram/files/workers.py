"""Two processes that work on the homes. One that dies or takes too long costs the home it was at, and not the others'."""
import os
import resource
import signal
import time
from multiprocessing import Pipe
from multiprocessing.connection import wait

COUNT = 2
SECONDS_PER_HOME = 180
# Beyond what it has from the start; a hostile notebook may want a lot.
MEMORY = 320 * 1024 * 1024


class Worker:
    def __init__(self, work, others):
        self.connection, theirs = Pipe()
        self.home = None
        self.since = 0.0
        self.process = os.fork()
        if self.process == 0:
            status = 1
            try:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                self.connection.close()
                for other in others:
                    other.connection.close()
                limit_memory()
                serve(theirs, work)
                status = 0
            finally:
                os._exit(status)
        theirs.close()

    def take(self, home):
        self.home, self.since = home, time.monotonic()
        self.connection.send(home)

    def end(self, kill=False):
        self.connection.close()
        if kill:
            os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


def each(homes, work, failed, seconds=SECONDS_PER_HOME, count=COUNT):
    """The result of each home, by name. One that takes longer than so many seconds is given up."""
    waiting, results, workers = list(reversed(homes)), {}, []
    while waiting or any(worker.home for worker in workers):
        while waiting and len(workers) < min(count, len(homes)):
            workers.append(Worker(work, workers))
        for worker in workers:
            if worker.home is None and waiting:
                worker.take(waiting.pop())
        collect(workers, results, failed, seconds)
    for worker in workers:
        worker.end()
    return {home: results[home] for home in homes}


def collect(workers, results, failed, seconds):
    busy = {worker.connection: worker for worker in workers if worker.home}
    for connection in wait(list(busy), timeout=5):
        worker = busy[connection]
        try:
            results[worker.home] = connection.recv()
            worker.home = None
        except (EOFError, OSError):
            give_up(worker, workers, results, failed("the work on it was ended from outside"))
    for worker in [worker for worker in workers if worker.home and time.monotonic() - worker.since > seconds]:
        give_up(worker, workers, results, failed(f"it took longer than {span(seconds)}"))


def span(seconds):
    return "three minutes" if seconds == SECONDS_PER_HOME else f"{seconds // 3600} hours" if seconds >= 7200 else f"{seconds // 60} minutes" if seconds >= 120 else f"{seconds} seconds"


def give_up(worker, workers, results, result):
    results[worker.home] = result
    worker.end(kill=True)
    workers.remove(worker)


def serve(connection, work):
    while True:
        try:
            home = connection.recv()
        except EOFError:
            return
        connection.send(work(home))


def limit_memory():
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))

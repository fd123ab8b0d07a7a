"""What the operator is told of the homes, and that there is something to tell.

There is news as long as the file `news` exists: the pod is not Ready then, the operator sees that, removes the file and reads `state`, in this order.
What happens in between is news again.
"""
import json
import os
import socket
import threading

NEARLY_FULL = (0.8, 0.9)
# A home that hovers about a border does not cross it each time.
MARGIN = 0.02
OVER = len(NEARLY_FULL) + 1
# The answer to a command in a pod is cut where it is too long.
MOST_TOLD = 500


class News:
    def __init__(self, settings):
        self.settings = settings
        self.state = os.path.join(settings.state, "state")
        self.file = os.path.join(settings.state, "news")
        # Of each home that matters: its level, and what it took when it came to it. What is told changes with the level only.
        self.homes = {}
        self.volume = None
        self.walls = None
        self.told = None

    def note(self, home, size):
        """Notes a home's size; whether that is news."""
        before, _ = self.homes.get(home, (0, None))
        level = level_of(size, self.settings, before)
        if level == before:
            return False
        if level:
            self.homes[home] = (level, size)
        else:
            del self.homes[home]
        return True

    def forget_all_but(self, homes):
        for home in [home for home in self.homes if home not in homes]:
            del self.homes[home]

    def note_walls(self, walls):
        """How many homes the file system itself bounds. Where it bounds none, there is nothing to say: each new home would be news otherwise."""
        bounded = sum(wall is not None for wall in walls.values())
        self.walls = [bounded, len(walls)] if bounded else None

    def publish(self, complete):
        """Writes the state where it is another, and says that there is news."""
        first = sorted(self.homes.items(), key=lambda item: (-item[1][0], item[0]))
        state = {
            "complete": complete,
            "homes": {home: [size.bytes, size.files] for home, (_, size) in first[:MOST_TOLD]},
            "more": max(0, len(first) - MOST_TOLD),
            "volume": self.volume,
            "walls": self.walls,
        }
        if state == self.told:
            return
        # The first time somebody asks anyway; what an earlier life of this container said was asked already.
        is_news = self.told is not None or os.path.exists(self.state)
        write(self.state, state)
        if is_news:
            with open(self.file, "w", encoding="ascii"):
                pass
        self.told = state


def level_of(size, settings, before):
    """0 for a home of which there is nothing to say, then one more at 80 and 90 % and over the quota, then one more with each step beyond."""
    if size.bytes > settings.quota_bytes or size.files > settings.quota_files:
        return OVER + max(0, (size.bytes - settings.quota_bytes) // settings.step_bytes, (size.files - settings.quota_files) // settings.step_files)
    share = max(size.bytes / settings.quota_bytes, size.files / settings.quota_files)
    return sum(share >= (border - MARGIN if level <= before else border) for level, border in enumerate(NEARLY_FULL, start=1))


def write(path, content):
    with open(path + ".new", "w", encoding="ascii") as file:
        json.dump(content, file, separators=(",", ":"))
    os.replace(path + ".new", path)


def listen(settings):
    """Answers the kubelet's probe, 503 while there is news."""
    both = socket.has_dualstack_ipv6()
    server = socket.create_server(("", settings.port), family=socket.AF_INET6 if both else socket.AF_INET, dualstack_ipv6=both)
    file = os.path.join(settings.state, "news")

    def answer():
        while True:
            try:
                connection, _ = server.accept()
                with connection:
                    connection.settimeout(1)
                    connection.recv(4096)
                    status = "503 News" if os.path.exists(file) else "200 OK"
                    connection.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode("ascii"))
            except OSError:
                continue

    threading.Thread(target=answer, daemon=True).start()

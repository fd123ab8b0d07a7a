"""Hands out, to whoever has the token, what lies in a course's volumes. It only reads; both are mounted read-only.

  GET /ready             needs no token: the kubelet's probe
  GET /report            what the last update did to each home (.mesonet/report.json), with the commit that each has
  GET /homes             what each home takes (.mesonet/use.json)
  GET /collect/LESSON    the students' work for a lesson, as the task 'collect' writes it

An answer that ends before its time has no last chunk: whoever reads it sees that it is not whole.
"""
import hmac
import json
import os
import re
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import collect
import safely

LESSON = re.compile(r"/collect/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)")
SEAT = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
VERSION = re.compile(r"([0-9a-f]{40,64})-[0-9a-f]{8}")
LARGEST_FILE = 64 * 1024 * 1024
MOST_COLLECTIONS = 3
SECONDS_OF_SILENCE = 120


def run(_, environment):
    server = Server(environment)
    server.serve_forever()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, environment):
        self.environment = environment
        self.token = environment["TOKEN"].encode("ascii")
        self.collections = threading.BoundedSemaphore(MOST_COLLECTIONS)
        address = environment.get("ADDRESS", "")
        if not address and socket.has_dualstack_ipv6():
            self.address_family = socket.AF_INET6
        super().__init__((address, int(environment["PORT"])), Handler)

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        super().server_bind()

    def handle_error(self, request, client_address):
        # Whoever reads may go away at any time.
        print(f"an answer was cut short: {sys.exc_info()[1]}", file=sys.stderr, flush=True)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = SECONDS_OF_SILENCE

    def do_GET(self):
        # One answer each connection: what else somebody sends with a request is nobody's.
        self.close_connection = True
        if self.path == "/ready":
            self.answer(200, b"ready\n", "text/plain")
        elif not self.is_known():
            self.answer(401, b"a token is needed\n", "text/plain")
        elif self.path == "/report":
            self.answer_file(lambda: report(self.volume()))
        elif self.path == "/homes":
            self.answer_file(lambda: read(self.volume(), "use.json"))
        elif lesson := LESSON.fullmatch(self.path):
            self.collect(lesson.group(1))
        else:
            self.answer(404, b"there is no such thing here\n", "text/plain")

    def is_known(self):
        said = self.headers.get_all("Authorization", [])
        return len(said) == 1 and hmac.compare_digest(said[0].encode("utf-8", "surrogateescape"), b"Bearer " + self.server.token)

    def volume(self):
        return os.path.abspath(self.server.environment.get("VOLUME", "/volume"))

    def answer_file(self, content):
        try:
            self.answer(200, content(), "application/json")
        except (FileNotFoundError, NotADirectoryError):
            self.answer(404, b"nothing has been written yet\n", "text/plain")

    def answer(self, status, content, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def collect(self, lesson):
        if not self.server.collections.acquire(blocking=False):
            self.answer(503, b"others are collecting; try again in a moment\n", "text/plain")
            return
        try:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-tar")
            self.send_header("Transfer-Encoding", "chunked")
            self.send_header("Connection", "close")
            self.end_headers()
            collect.write_all(lesson, self.server.environment, Chunks(self.wfile))
            # Only now is it whole.
            self.wfile.write(b"0\r\n\r\n")
        finally:
            self.server.collections.release()

    def log_message(self, *_):
        """Who asks is the portal, which keeps a log of its own."""


class Chunks:
    def __init__(self, file):
        self.file = file

    def write(self, content):
        if content:
            self.file.write(b"%x\r\n" % len(content) + content + b"\r\n")
        return len(content)


def read(volume, name):
    """A file of the course's own folder, which no seat mounts; looked at with the same care as what they do."""
    own = os.open(os.path.join(volume, ".mesonet"), safely.FOLDER)
    try:
        return content_of(own, name)
    finally:
        os.close(own)


def content_of(folder, name):
    with open(safely.open_regular(folder, name), "rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise ValueError(f"{name} is too large to be what it should be")
    return content


def report(volume):
    told = json.loads(read(volume, "report.json"))
    own = os.open(os.path.join(volume, ".mesonet"), safely.FOLDER)
    try:
        with safely.Folders(own) as folders:
            for home, result in told["homes"].items():
                if SEAT.fullmatch(home) and isinstance(result, dict):
                    result["has"] = commit_of(folders, home)
    finally:
        os.close(own)
    return json.dumps(told).encode("ascii")


def commit_of(folders, home):
    """Which version a home was last given: after an update that failed, an older one."""
    try:
        known = VERSION.fullmatch(json.loads(content_of(folders.at(f"homes/{home}"), "given.json")).get("version") or "")
    except (OSError, ValueError, AttributeError, TypeError):
        return None
    return known.group(1) if known else None

"""Restarts under load, in which no request may be lost; and a body that is too large, whose sender must learn it.

    Tests/Operation/restarts.py PROGRAM RESTARTS [direct|nginx|haproxy|apache]...

Directly, a request counts whose connection was complete, and has to be answered, by a server that is not up again yet with
its 503.  Behind nginx and HAProxy, which have another server to ask meanwhile, every request counts, and only 200 is an
answer.  Apache asks no other server after a 503, so behind it nothing is restarted.  Ends with 1 when one is lost.
"""

import collections
import random
import socket
import ssl
import sys
import tempfile
import threading
import time

from exchange import PHOTOGRAPH, answer, request
from proxies import Apache, HAProxy, Nginx
from server import PATIENCE, Server

CLIENTS = 8
# What a server just started tells those who ask it directly.
LOADING = "told to wait"
# More than --max-body-mb takes, and how often it is tried.
TOO_LARGE = 40 << 20
TRIES = 20


class Load:
    """Clients that translate one picture after the other, each on a connection of its own, from several addresses."""

    def __init__(self, port, is_tls, may_be_refused):
        self.port, self.may_be_refused = port, may_be_refused
        self.tls = tls_context() if is_tls else None
        self.outcomes = collections.Counter()
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(n,)) for n in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        while not self.is_over.is_set():
            outcome = self.translate(f"127.0.0.{2 + number}")
            with self.lock:
                self.outcomes[outcome] += 1
            if outcome in ("no connection", LOADING):
                time.sleep(0.01)

    def translate(self, source):
        try:
            # Short, because a server at its end leaves newcomers without an answer.
            connection = socket.create_connection(("127.0.0.1", self.port), 1, (source, 0))
        except OSError:
            return "no connection" if self.may_be_refused else "lost: no connection"
        try:
            connection.settimeout(PATIENCE)
            if self.tls:
                connection = self.tls.wrap_socket(connection)
            connection.sendall(request(len(PHOTOGRAPH)) + PHOTOGRAPH)
            status, body = answer(connection)
            if status == 503 and self.may_be_refused and b"still being loaded" in body:
                return LOADING
            return "answered" if status == 200 else f"lost: {status or 'no answer'}"
        except OSError as error:
            return f"lost: {type(error).__name__}"
        finally:
            connection.close()

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        return self.outcomes


def tls_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def told(name, outcomes, bad):
    print(f"{name}: " + ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())), flush=True)
    return not bad(outcomes)


def any_lost(outcomes):
    return not outcomes["answered"] or any(outcome.startswith("lost") for outcome in outcomes)


def restart(servers, count, seed, pause):
    """One server after the other, each at a moment that is another every time, `pause` seconds after the last at least."""
    moments = random.Random(seed)
    for index in range(count):
        time.sleep(pause + moments.uniform(0.05, 0.3))
        server = servers[index % len(servers)]
        server.end()
        server.start()


def send_too_large(port, is_tls):
    """A client that sends all of its body before it looks for an answer."""
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
    try:
        if is_tls:
            connection = tls_context().wrap_socket(connection)
        connection.sendall(request(TOO_LARGE) + bytes(TOO_LARGE))
        return answer(connection)[0]
    except OSError as error:
        return type(error).__name__
    finally:
        connection.close()


def measure(way, program, count, seed):
    # Behind HAProxy the drain has to outlast two of its checks.
    drain = 2.5 if way == "haproxy" else 0.2
    # As a rolling update waits for the one before to be ready, here for those in front: one of HAProxy's checks.
    pause = 1.2 if way == "haproxy" else 0
    if way == "apache":
        count = 0
    options = ["--drain-s", str(drain), "--threads", "1", "--max-body-mb", "32", "--log-level", "error"]
    servers = [Server(program, *options) for _ in range(1 if way == "direct" else 2)]
    proxy = None
    with tempfile.TemporaryDirectory() as folder:
        try:
            for server in servers:
                server.start()
            if way != "direct":
                proxy = {"nginx": Nginx, "haproxy": HAProxy, "apache": Apache}[way](folder, servers)
            port = proxy.port if proxy else servers[0].port
            load = Load(port, is_tls=proxy is not None, may_be_refused=proxy is None)
            try:
                restart(servers, count, seed, pause)
            finally:
                outcomes = load.end()
            is_kept = told(f"{way}, {count} restarts", outcomes, any_lost)
            statuses = collections.Counter(str(send_too_large(port, proxy is not None)) for _ in range(TRIES))
            return told(f"{way}, bodies of 40 MiB", statuses, lambda found: set(found) != {"413"}) and is_kept
        finally:
            if proxy:
                proxy.kill()
            for server in servers:
                server.kill()


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    seed = random.randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    results = [measure(way, program, count, seed) for way in sys.argv[3:] or ["direct", "nginx", "haproxy", "apache"]]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

"""The server under test, on a port of its own."""

import random
import signal
import socket
import subprocess
import time
import urllib.request

# What a slow and busy machine may need for what takes a moment.
PATIENCE = 120


def free_port():
    """Below those that the system gives to outgoing connections, of which one could take it between two starts."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
                return port
            except OSError:
                continue


def wait_until(holds, what):
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise SystemExit(f"{what}: not within {PATIENCE} s")
        time.sleep(0.02)


class Server:
    """`ugatit serve`, restarted on one port."""

    def __init__(self, program, *options):
        self.port = free_port()
        self.command = [program, "serve", "--models", "models", "--port", str(self.port), *options]
        self.process = None

    def start(self, log=subprocess.DEVNULL):
        self.process = subprocess.Popen(self.command, stdout=log)
        wait_until(self.is_ready, "the server's readiness")

    def is_ready(self):
        if self.process.poll() is not None:
            raise SystemExit(f"the server ended with {self.process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=PATIENCE) as answer:
                return answer.status == 200
        except OSError:
            return False

    def end(self):
        """SIGTERM, and its end, which must be a good one."""
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(PATIENCE) != 0:
            raise SystemExit(f"the server ended with {self.process.returncode}")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()

"""Restarts servers under load, and counts the requests that were lost.

    restarts.py PROGRAM MODELS PHOTOGRAPH [--restarts 200] [--clients 8] [direct nginx haproxy]

directly  One server, ended and started again. A request is lost when its connection was made and no 200 came: a
          connection that was never made has lost nothing, and is tried again.
nginx     Two servers, replaced in turns, behind the configuration of deploy/. Whatever is no 200 is lost.
haproxy   The same behind the other configuration.

Half of the clients keep their connections. Ends with 1 when a request was lost. Needs nginx, haproxy and openssl.
"""

import argparse
import http.client
import pathlib
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Server:
    """One process of the program, on one port for all its lives."""

    def __init__(self, arguments, port, drain):
        self.arguments, self.port, self.drain = arguments, port, drain
        self.start()

    def start(self):
        program, models = self.arguments
        self.process = subprocess.Popen(
            [program, "serve", "--models", models, "--port", str(self.port), "--drain-s", str(self.drain),
             "--max-queue", "1000", "--log-level", "warning"],
            stdout=subprocess.DEVNULL)
        bound = time.monotonic() + 60
        while not self.is_ready():
            if time.monotonic() > bound or self.process.poll() is not None:
                sys.exit("a server does not become ready")
            time.sleep(0.02)

    def is_ready(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def restart(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=120) != 0:
            sys.exit(f"a server ended with {self.process.returncode}")
        self.start()

    def stop(self):
        self.process.kill()
        self.process.wait()


class Clients:
    """Send photographs until they are told to stop."""

    def __init__(self, connect, photograph, count, lost_before_connection):
        self.connect, self.photograph = connect, photograph
        self.lost_before_connection = lost_before_connection
        self.lock = threading.Lock()
        self.is_done = threading.Event()
        self.answered, self.lost = 0, []
        self.threads = [threading.Thread(target=self.work, args=(index % 2 == 0,)) for index in range(count)]
        for thread in self.threads:
            thread.start()

    def work(self, keeps):
        connection = None
        while not self.is_done.is_set():
            is_fresh = connection is None
            try:
                if is_fresh:
                    connection = self.connect()
                    connection.connect()
            except OSError as error:
                connection = None
                if self.lost_before_connection:
                    self.note(f"not connected: {error}")
                self.is_done.wait(0.01)
                continue
            try:
                fields = {} if keeps else {"Connection": "close"}
                connection.request("POST", "/translate", self.photograph, fields)
                answer = connection.getresponse()
                answer.read()
                self.note(None if answer.status == 200 else f"status {answer.status}")
                if answer.will_close:
                    connection.close()
                    connection = None
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                connection = None
                # A server may close a connection that it thinks idle while the next request is on its way
                # (RFC 9112 section 9.5); such a client tries again.
                if is_fresh:
                    self.note(f"{type(error).__name__}: {error}")

    def note(self, loss):
        with self.lock:
            if loss is None:
                self.answered += 1
            else:
                self.lost.append(loss)

    def stop(self):
        self.is_done.set()
        for thread in self.threads:
            thread.join()


class Proxy:
    """nginx or HAProxy, with the configuration of deploy/ and the ports and certificate of this test."""

    def __init__(self, name, folder, ports):
        public, plain, first, second = ports
        self.port = public
        certificate, key = folder / "tls.crt", folder / "tls.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-keyout", key, "-out", certificate], check=True, capture_output=True)
        (folder / "tls.pem").write_text(certificate.read_text() + key.read_text())
        configuration = folder / f"{name}.conf"
        if name == "nginx":
            changes = [
                ("    server 127.0.0.1:8080 max_fails=0;\n",
                 f"    server 127.0.0.1:{first} max_fails=0;\n    server 127.0.0.1:{second} max_fails=0;\n"),
                ("listen 80;", f"listen {plain};"), ("listen [::]:80;", ""),
                ("listen 443 ssl http2;", f"listen {public} ssl http2;"), ("listen [::]:443 ssl http2;", ""),
                ("/etc/nginx/tls/", f"{folder}/"), ("access_log /dev/stdout brief;", "access_log off;"),
            ]
            source = DEPLOY / "nginx.conf"
            command = ["nginx", "-c", configuration, "-g", f"daemon off; pid {folder}/nginx.pid;"]
        else:
            changes = [
                ("bind :443", f"bind :{public}"), ("bind :80\n", f"bind :{plain}\n"),
                ("/etc/haproxy/tls.pem", f"{folder}/tls.pem"),
                ("server a 127.0.0.1:8080", f"server a 127.0.0.1:{first}"),
                ("server b 127.0.0.1:8081", f"server b 127.0.0.1:{second}"),
            ]
            source = DEPLOY / "haproxy.cfg"
            command = ["haproxy", "-q", "-f", configuration]
        text = source.read_text()
        for old, new in changes:
            if text.count(old) != 1:
                sys.exit(f"{source} has no '{old}' any more, or several")
            text = text.replace(old, new)
        configuration.write_text(text)
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.connect = lambda: http.client.HTTPSConnection("127.0.0.1", public, timeout=100, context=context)
        bound = time.monotonic() + 30
        while not self.serves():
            if time.monotonic() > bound or self.process.poll() is not None:
                sys.exit(f"{name} does not serve")
            time.sleep(0.05)

    def serves(self):
        connection = self.connect()
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self):
        self.process.terminate()
        self.process.wait()


def run(way, arguments):
    program = (arguments.program, arguments.models)
    with tempfile.TemporaryDirectory() as folder:
        ports = free_ports(4)
        # HAProxy needs two checks of half a second to see that a process leaves.
        drain = {"direct": 0, "nginx": 0, "haproxy": 2}[way]
        servers = [Server(program, port, drain) for port in ports[2:3 if way == "direct" else 4]]
        proxy = None if way == "direct" else Proxy(way, pathlib.Path(folder), ports)
        connect = proxy.connect if proxy else (
            lambda: http.client.HTTPConnection("127.0.0.1", ports[2], timeout=100))
        photograph = pathlib.Path(arguments.photograph).read_bytes()
        clients = Clients(connect, photograph, arguments.clients, lost_before_connection=proxy is not None)
        for index in range(arguments.restarts):
            servers[index % len(servers)].restart()
            # The next goes once this one is known to be back.
            if way == "haproxy":
                time.sleep(1)
        clients.stop()
        for each in servers + ([proxy] if proxy else []):
            each.stop()
    print(f"{way}: {arguments.restarts} restarts, {clients.answered} requests answered, {len(clients.lost)} lost")
    for loss in sorted(set(clients.lost)):
        print(f"  {clients.lost.count(loss)} x {loss}")
    return not clients.lost and clients.answered > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("models")
    parser.add_argument("photograph")
    parser.add_argument("ways", nargs="*", default=["direct", "nginx", "haproxy"])
    parser.add_argument("--restarts", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    arguments = parser.parse_args()
    results = [run(way, arguments) for way in arguments.ways]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

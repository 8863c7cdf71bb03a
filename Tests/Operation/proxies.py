"""Proxies with their shipped configurations, in front of servers under test."""

import os
import re
import socket
import subprocess

from server import PATIENCE, free_port, wait_until


class Proxy:
    """A proxy with its shipped configuration, of which only places are changed: ports, certificate, servers, logs."""

    def __init__(self, folder, servers):
        self.plain, self.port = free_port(), free_port()
        certificate, key, both = (os.path.join(folder, name) for name in ("tls.crt", "tls.key", "tls.pem"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days",
                        "1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        with open(both, "w") as file:
            file.write(open(certificate).read() + open(key).read())
        path = os.path.join(folder, self.shipped)
        with open(path, "w") as file:
            file.write(self.adapted(open(f"deploy/{self.shipped}").read(), folder, servers))
        self.process = subprocess.Popen(self.command(path), stdout=subprocess.DEVNULL)
        wait_until(self.listens, self.shipped)

    def listens(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{self.shipped}: the proxy ended with {self.process.returncode}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self):
        self.process.terminate()
        self.process.wait(PATIENCE)


class Nginx(Proxy):
    shipped = "nginx.conf"

    def command(self, path):
        return ["nginx", "-c", path, "-g", "daemon off; pid %s.pid;" % path]

    def adapted(self, text, folder, servers):
        lines = "".join(f"    server 127.0.0.1:{server.port} max_fails=0;\n" for server in servers)
        return replaced(text, [
            (r"    server 127\.0\.0\.1:8080 max_fails=0;\n", lines),
            (r"listen 80;", f"listen {self.plain};"), (r" *listen \[::\]:80;\n", ""),
            (r"listen 443 ", f"listen {self.port} "), (r" *listen \[::\]:443 ssl http2;\n", ""),
            (r"/etc/nginx/tls", folder), (r"access_log /dev/stdout brief", "access_log off"),
            (r"error_log /dev/stderr warn", f"error_log {folder}/errors")])


class HAProxy(Proxy):
    shipped = "haproxy.cfg"

    def command(self, path):
        return ["haproxy", "-f", path]

    def adapted(self, text, folder, servers):
        lines = "".join(f"  server s{server.port} 127.0.0.1:{server.port}\n" for server in servers)
        return replaced(text, [
            (r"  server one 127\.0\.0\.1:8080\n", lines),
            (r"bind :80\n", f"bind :{self.plain}\n"), (r"bind :443 ", f"bind :{self.port} "),
            (r"/etc/haproxy", folder)])


class Apache(Proxy):
    shipped = "apache.conf"

    def command(self, path):
        return ["apache2", "-D", "FOREGROUND", "-f", path]

    def adapted(self, text, folder, servers):
        lines = "".join(f"    BalancerMember http://127.0.0.1:{server.port} retry=0\n" for server in servers)
        return replaced(text, [
            (r"    BalancerMember http://127\.0\.0\.1:8080 retry=0\n", lines),
            (r"Listen 80\n", f"Listen {self.plain}\n"), (r"Listen 443\n", f"Listen {self.port}\n"),
            (r"<VirtualHost \*:80>", f"<VirtualHost *:{self.plain}>"),
            (r"<VirtualHost \*:443>", f"<VirtualHost *:{self.port}>"),
            (r"/etc/apache2/tls", folder), (r"/run/ugatit-apache\.pid", f"{folder}/pid"),
            (r"ErrorLog /dev/stderr", f"ErrorLog {folder}/errors")])


def replaced(text, pairs):
    for pattern, replacement in pairs:
        text, count = re.subn(pattern, lambda _: replacement, text)
        if count == 0:
            raise SystemExit(f"the shipped configuration has no {pattern!r}")
    return text

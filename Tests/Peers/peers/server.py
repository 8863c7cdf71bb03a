"""`ugatit serve` as a process, with the standard library only."""

import http.client
import json
import subprocess
import threading
from pathlib import Path
from types import TracebackType


class Server:
    """A server on a free port, ready; ended when the `with` block is left."""

    def __init__(self, ugatit: Path, models: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [str(ugatit), "serve", "--port", "0", "--models", str(models), "--log-format", "json", *options],
            stdout=subprocess.PIPE, text=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", self._event("listening")["port"], timeout=60)
        self._event("ready")
        # A full pipe would stop the server.
        threading.Thread(target=self._drain, daemon=True).start()

    def translate(self, photograph: bytes) -> bytes:
        """The picture that the service makes of it."""
        return self._post(photograph, {}, expected=200)

    def post_form(self, photograph: bytes, expected: int) -> None:
        """Sends it as a form and reads the answer, whose status must be the expected one."""
        form = (b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n' + photograph
                + b"\r\n--x--\r\n")
        self._post(form, {"Content-Type": "multipart/form-data; boundary=x", "Accept": "image/png"}, expected)

    def _post(self, body: bytes, fields: dict[str, str], expected: int) -> bytes:
        self.connection.request("POST", "/translate", body, fields)
        response = self.connection.getresponse()
        body = response.read()
        if response.status != expected:
            raise SystemExit(f"POST /translate: {response.status} {body.decode(errors='replace')}")
        return body

    def memory(self, name: str) -> int:
        """A size in bytes from /proc/PID/status: VmRSS, resident now; VmHWM, the most that ever was."""
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1]) * 1024
        raise SystemExit(f"this system does not tell {name}")

    def __enter__(self) -> "Server":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait()

    def _event(self, message: str) -> dict:
        assert self.process.stdout
        for line in self.process.stdout:
            event = json.loads(line)
            if event["message"] == message:
                return event
        raise SystemExit(f"the server ended with status {self.process.wait()} before it was {message}")

    def _drain(self) -> None:
        assert self.process.stdout
        for _ in self.process.stdout:
            pass

"""A running `ugatit serve` on a free port, with models of its own."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("UGATIT_PROGRAM", ROOT / ".build/release/ugatit"))
PHOTOGRAPH = ROOT / "Tests/EndToEndTests/Fixtures/man.jpg"
MODEL = ROOT / "models/selfie2toon"
SIZE = 128


class Server:
    """The variables that begin as the program's own are for the tests, not for it."""

    def __init__(self, *options):
        self.models = Path(tempfile.mkdtemp(prefix="ugatit-clients-"))
        self.add("toon")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("UGATIT_")}
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--models", self.models, "--log-format", "json", *options],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.port = None
        for line in self.process.stdout:
            entry = json.loads(line)
            if entry["message"] == "listening":
                self.port = entry["port"]
            if entry["message"] == "ready":
                break
        else:
            raise RuntimeError("the server did not start")
        # What it says from now on is nobody's, and must not fill the pipe.
        self.sink = subprocess.Popen(["cat"], stdin=self.process.stdout, stdout=subprocess.DEVNULL)

    @property
    def address(self):
        return f"localhost:{self.port}"

    @property
    def url(self):
        return f"http://{self.address}"

    def add(self, name):
        """Copies the repository's model, as another model or in place of one."""
        shutil.copytree(MODEL, self.models / name, dirs_exist_ok=True)

    def resident_bytes(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return 1024 * int(re.search(r"RssAnon:\s+(\d+)", status).group(1))

    def stop(self):
        self.process.terminate()
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.sink.wait(timeout=60)
        shutil.rmtree(self.models)
        return status

"""An engine's process, as the harness drives it."""

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy

from .case import Contender
from .network import Artefacts, Network


class PeerProcess:
    """An engine that has loaded its network. It is stopped (SIGSTOP) but for its turns: the thread pools of several
    engines spin for a while after their work, and would take the cores from the one that is measured."""

    def __init__(self, contender: Contender, network: Network, artefacts: Artefacts, ugatit: Path) -> None:
        settings = ["--precision", contender.precision, "--batch", str(contender.batch),
                    "--threads", str(contender.threads)]
        if contender.engine == "ugatit":
            command = [str(ugatit), "bench", "peer", *network.arguments, *settings]
        else:
            command = [sys.executable, "-m", "peers.worker", contender.engine, "--artefacts",
                       str(artefacts.folder), "--variant", network.variant, *settings]
        self.contender = contender
        self.process = subprocess.Popen(
            command, cwd=Path(__file__).parents[1], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        greeting = self._answer()
        self.name: str = greeting["name"]
        self.version: str = greeting["version"]
        self.process.send_signal(signal.SIGSTOP)

    def pictures(self, size: int) -> numpy.ndarray:
        """The batch's pictures (N, 3, size, size)."""
        with tempfile.NamedTemporaryFile() as file:
            self._turn(f"output {file.name}")
            return numpy.fromfile(file.name, "float32").reshape(-1, 3, size, size)

    def seconds(self, runs: int) -> list[float]:
        """Seconds per image of each of `runs` batches, after one that is not counted."""
        return [seconds / self.contender.batch for seconds in self._turn(f"run {runs}")["seconds"]]

    def close(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.communicate()

    def _turn(self, line: str) -> dict:
        self.process.send_signal(signal.SIGCONT)
        assert self.process.stdin
        print(line, file=self.process.stdin, flush=True)
        answer = self._answer()
        self.process.send_signal(signal.SIGSTOP)
        return answer

    def _answer(self) -> dict:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.contender}: ended with status {self.process.wait()}")
        return json.loads(line)

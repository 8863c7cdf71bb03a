"""A copy of the project that is built once and can be each of the mutants."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

COPIED = ["Package.swift", "Package.resolved", "Sources", "Tests"]
# What tests read beside these.
LINKED = ["README.md", "CONTRIBUTING.md", "Makefile", "Dockerfile", "deploy", "models"]

# Read once, so that the choice is the same for the whole run; every module has its own, since none of them knows all.
CHOICE = """\
#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

private let chosenMutant = getenv("UGATIT_MUTANT").flatMap { Int(String(cString: $0)) } ?? 0

/// Whether the program is to be this mutant.
func isMutant(_ number: Int) -> Bool { chosenMutant == number }
"""


class BuildError(Exception):
    """The copy with its switches is no program."""


@dataclass(frozen=True)
class Verdict:
    # killed, survived, or hung: no test had failed when the time was over.
    outcome: str
    seconds: float
    # The first test that failed, or how the process ended.
    witness: str


class Workshop:
    def __init__(self, project: Path, scratch: Path) -> None:
        self.project = project
        self.copy = scratch / "project"
        self.build_folder = scratch / "build"

    def prepare(self, switched: dict[str, str], modules: set[str]) -> None:
        """Brings the copy up to date.  Files that stay as they are keep their times, so that little is built again."""
        wanted: dict[Path, bytes] = {}
        for name in COPIED:
            root = self.project / name
            for path in [root] if root.is_file() else root.rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    wanted[path.relative_to(self.project)] = path.read_bytes()
        for file, text in switched.items():
            wanted[Path("Sources") / file] = text.encode()
        for module in modules:
            wanted[Path("Sources") / module / "ChosenMutant.swift"] = CHOICE.encode()
        for path in self.copy.rglob("*"):
            if path.is_file() and not path.is_symlink() and path.relative_to(self.copy) not in wanted:
                path.unlink()
        for relative, content in wanted.items():
            path = self.copy / relative
            if not path.is_file() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        for name in LINKED:
            link = self.copy / name
            if not link.is_symlink() and (self.project / name).exists():
                link.symlink_to(self.project / name)

    def build(self) -> None:
        """Raises `BuildError` with what the compiler says."""
        command = ["swift", "build", "--build-tests", "--package-path", str(self.copy),
                   "--scratch-path", str(self.build_folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            errors = [line for line in done.stdout.splitlines() if line.startswith("/") and " error: " in line]
            raise BuildError("\n".join(dict.fromkeys(errors)) or done.stdout)

    def test(self, module: str, number: int, limit: float) -> Verdict:
        """Runs a module's tests against a mutant (0: none) until one of them fails, and no longer than `limit` seconds.

        A mutant is killed when that happens twice: the first time a test may have failed for another reason.
        """
        first = self._run(module, number, limit)
        if first.outcome != "killed" or number == 0:
            return first
        second = self._run(module, number, limit)
        return Verdict(second.outcome, first.seconds + second.seconds, second.witness)

    def _run(self, module: str, number: int, limit: float) -> Verdict:
        """Starts the test program by itself, not by `swift test`, which lets one at a time into a build folder."""
        program = self.build_folder / "debug" / "ugatitPackageTests.xctest"
        environment = os.environ | {
            "UGATIT_MUTANT": str(number), "SWIFT_BACKTRACE": "enable=no",
            "SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH": "8", "NO_COLOR": "1"}
        start = time.monotonic()
        process = subprocess.Popen(
            [str(program), "--testing-library", "swift-testing", "--filter", f"^{module}Tests\\."],
            cwd=self.copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", start_new_session=True)
        try:
            witness = _first_failure(process, start + limit)
        finally:
            _end(process)
        seconds = time.monotonic() - start
        if witness is None:
            return Verdict("hung", seconds, "")
        if witness:
            return Verdict("killed", seconds, witness)
        if process.returncode != 0:
            return Verdict("killed", seconds, f"the process ended with {process.returncode}")
        return Verdict("survived", seconds, "")


def _first_failure(process: subprocess.Popen, end: float) -> str | None:
    """The first failure that is told of, "" where the process ends without one, None when the time is over."""
    assert process.stdout is not None
    # The pipe is read without waiting for whole lines: a program that hangs leaves half of one.
    descriptor = process.stdout.fileno()
    os.set_blocking(descriptor, False)
    text = ""
    while time.monotonic() < end:
        ended = process.poll() is not None
        while chunk := _read(descriptor):
            text += chunk
        *lines, text = text.split("\n")
        for line in lines:
            if "recorded an issue" in line or "Fatal error" in line:
                return line.strip()
        if ended:
            return ""
        time.sleep(0.05)
    return None


def _read(descriptor: int) -> str:
    try:
        return os.read(descriptor, 1 << 16).decode(errors="replace")
    except BlockingIOError:
        return ""


def _end(process: subprocess.Popen) -> None:
    """Ends the program and whatever it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()

"""Samples, their statistics and the table of a case."""

import math
import statistics
from dataclasses import asdict, dataclass, field

import numpy

from .case import Case, Contender

# Decibels below which an engine does not compute this network. Its own rounding: f32 ends near 100 dB, bf16 near 40.
LEAST_PSNR = {"f32": 80.0, "bf16": 25.0}


def psnr(picture: numpy.ndarray, expected: numpy.ndarray) -> float:
    """Peak signal-to-noise ratio in dB of pictures in -1...1; infinite where they are equal."""
    error = float(numpy.mean(numpy.square(picture.astype("float64") - expected.astype("float64"))))
    return math.inf if error == 0 else 10 * math.log10(2**2 / error)


@dataclass
class Row:
    """An engine's part in a case."""

    contender: Contender
    name: str
    version: str
    psnr: float
    # Seconds per image, by round.
    rounds: list[list[float]] = field(default_factory=list)

    @property
    def samples(self) -> list[float]:
        return [sample for turn in self.rounds for sample in turn]

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    def label(self, case: Case) -> str:
        label = f"{self.name} {self.version}"
        if self.contender.batch != case.batch:
            label += f", batch {self.contender.batch}"
        if self.contender.threads != case.threads:
            label += f", {self.contender.threads} thread"
        return label


@dataclass
class CaseResult:
    """A measured case; its first row is ugatit in the case's setting."""

    case: Case
    rows: list[Row]
    # Share of the cores' time that other processes took: above a few hundredths the figures are not to be quoted.
    disturbance: float = 0

    def ratio(self, row: Row) -> float:
        """ugatit's median by the row's."""
        return self.rows[0].median / row.median

    def report(self) -> dict:
        """For JSON: the figures of the table, and every sample."""
        return asdict(self.case) | {"disturbance": self.disturbance, "engines": [
            asdict(row.contender) | {
                "name": row.name, "version": row.version, "label": row.label(self.case),
                "psnr_db": row.psnr if math.isfinite(row.psnr) else None,
                "min": min(row.samples), "median": row.median, "max": max(row.samples),
                "ratio": self.ratio(row), "rounds": row.rounds,
            } for row in self.rows]}

    def text(self) -> str:
        case = self.case
        lines = [f"{case.variant} generator, {case.precision}, batch {case.batch}, {case.threads} threads: "
                 f"seconds per image",
                 f"{'':30}{'min':>9}{'median':>9}{'max':>9}{'PSNR dB':>9}{'ugatit ÷ it':>13}"]
        for row in self.rows:
            lines.append(f"{row.label(case):30}{min(row.samples):9.4f}{row.median:9.4f}{max(row.samples):9.4f}"
                         f"{row.psnr:9.1f}{self.ratio(row):13.2f}")
        lines.append(f"Other processes took {self.disturbance * 100:.0f} % of the cores.")
        return "\n".join(lines)

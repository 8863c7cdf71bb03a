"""The log of a run."""

import json
import math
import time

from tqdm import tqdm


class Log:
    """Means of the losses since the last line, as JSON in the file `path` and as text on standard output."""

    def __init__(self, path, steps):
        self.path, self.steps = path, steps
        self.restart()

    def restart(self):
        self.sums, self.count, self.began = {}, 0, time.monotonic()

    def add(self, losses):
        for name, value in losses.items():
            self.sums[name] = self.sums.get(name, 0) + value
        self.count += 1

    def require_finite(self):
        """Ends the run where a loss is not a finite number, before such weights are saved."""
        for name, value in self.sums.items():
            if not math.isfinite(value):
                raise SystemExit(f"the loss {name} is {float(value)}: stopped without saving;"
                                 f" {self.path.parent} holds the last good state; lower --rate and resume")

    def write(self, step, size, rate):
        self.require_finite()
        seconds = (time.monotonic() - self.began) / self.count
        means = {name: float(value) / self.count for name, value in self.sums.items()}
        line = {"step": step, "size": size, "rate": rate, "seconds_per_step": seconds} | means
        with open(self.path, "a") as file:
            file.write(json.dumps(line) + "\n")
        # tqdm.write leaves the progress bar, where there is one, below the text.
        tqdm.write(f"step {step}/{self.steps} at {size} px, {seconds:.2f} s/step,"
                   f" {(self.steps - step) * seconds / 3600:.1f} h left, "
                   + ", ".join(f"{name} {value:.4f}" for name, value in means.items()))
        self.restart()

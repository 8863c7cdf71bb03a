"""Which engines meet in which case."""

from dataclasses import dataclass

# Engines of the table, in its order, by the module that runs each; with the precisions that each has.
PEERS = {
    "pytorch": ("f32", "bf16"),
    "onnx_runtime": ("f32",),
    "open_vino": ("f32", "bf16"),
    "ncnn_engine": ("f32", "bf16"),
}
# ncnn takes one image at a time.
WITHOUT_BATCHES = {"ncnn_engine"}


@dataclass(frozen=True)
class Contender:
    """An engine in one setting."""

    engine: str
    precision: str
    batch: int
    threads: int


@dataclass(frozen=True)
class Case:
    """One table: a network in one precision and batch size."""

    variant: str
    precision: str
    batch: int
    threads: int

    def contenders(self) -> list[Contender]:
        """ugatit in the case's setting; ugatit with one image at a time, or with one thread, for what batches and
        threads bring; then the peers."""
        ours = [Contender("ugatit", self.precision, self.batch, self.threads)]
        if self.batch > 1:
            ours.append(Contender("ugatit", self.precision, 1, self.threads))
        elif self.threads > 1:
            ours.append(Contender("ugatit", self.precision, 1, 1))
        return ours + [
            Contender(engine, self.precision, self.batch, self.threads)
            for engine, precisions in PEERS.items()
            if self.precision in precisions and (self.batch == 1 or engine not in WITHOUT_BATCHES)
        ]

"""Trains a U-GAT-IT pair of generators. `python train.py --help` lists the options, README.md says which to
take.

Everything is written to the folder OUT: `state.pt` (the run resumes from it if it is there), `generators.pt`
(the averaged generators in the public format, for `ugatit import`), `log.jsonl`, `sheets/STEP.png`. SIGTERM
and SIGINT save the state and end the run with exit code 0.
"""

import argparse
import signal
import time
from pathlib import Path

import torch
from tqdm import tqdm

from ugatit.coarse import coarse_losses
from ugatit.colours import colour_losses
from ugatit.dataset import Domain, files_without
from ugatit.diffaugment import AUGMENTATIONS
from ugatit.generator import GeneratorShape
from ugatit.log import Log
from ugatit.losses import LossWeights
from ugatit.pictures import normalised, picture_files, planar, read_picture
from ugatit.schedule import Phase, Schedule
from ugatit.sheet import contact_sheet
from ugatit.state import load_state, public_checkpoint, start_from, state_of, write_atomically
from ugatit.trainer import Method, Trainer

SHEET_ROWS = 8


def arguments():
    parser = argparse.ArgumentParser(description="Train a U-GAT-IT pair.")
    parser.add_argument("out", type=Path, help="folder of the run")
    parser.add_argument("--data", type=Path, required=True, help="folder with trainA, trainB, testA, testB")
    parser.add_argument("--sources", type=Path, help="table that names each image's data set (sources_a.tsv)")
    parser.add_argument("--leave-out", metavar="DATASET", help="train A without this data set of the table")
    parser.add_argument("--variant", choices=("light", "full"), default="light")
    parser.add_argument("--channels", type=int, default=64, help="base channels of the generators")
    parser.add_argument("--discriminator-channels", type=int, help="default: as the generators")
    parser.add_argument("--pack", type=int, default=1, metavar="IMAGES",
                        help="show the discriminators this many images at a time: against translations that"
                        " are all alike")
    parser.add_argument("--gain", type=float, default=1.0,
                        help="scale up what the discriminators see in an image: new ones tell more from the"
                        " start")
    parser.add_argument("--blocks", type=int, default=4, help="residual blocks, each in encoder and decoder")
    parser.add_argument("--phases", type=Phase.parse, nargs="+", default=[Phase(256, 1_000_000, 1)],
                        metavar="SIZE:STEPSxBATCH",
                        help="one after another; default as published: 256:1000000x1."
                        " Small images first: heads are found there at a fraction of the cost. light only")
    parser.add_argument("--rate", type=float, default=1e-4, help="learning rate; batches above 1 bear more")
    parser.add_argument("--discriminator-steps", type=int, default=1, metavar="UPDATES",
                        help="updates of the discriminators for one of the generators, each from images of"
                        " its own")
    parser.add_argument("--discriminator-rate", type=float, metavar="RATE", help="default: --rate")
    parser.add_argument("--history", type=int, default=0, metavar="STEPS",
                        help="keep the translations of this many steps; the discriminators' updates but one"
                        " take them instead of new ones")
    parser.add_argument("--cycle-noise", type=float, default=0.0, metavar="DEVIATION",
                        help="noise on the translations that go back: against messages hidden in flat places")
    parser.add_argument("--whole", action="store_true",
                        help="crop between nine tenths and all of an image, not always nine tenths: whole ones are"
                        " what will be translated")
    parser.add_argument("--warm-up", type=int, default=0, metavar="STEPS",
                        help="raise the generators' rate from 0 after discriminators were made anew")
    parser.add_argument("--average", type=float, default=0.999, metavar="DECAY",
                        help="weight average of the generators that is exported; 0: the weights themselves")
    parser.add_argument("--augment", nargs="*", choices=AUGMENTATIONS, default=[],
                        help="augment what the discriminators see: for data sets under some thousand images")
    parser.add_argument("--hold", choices=("A2B", "B2A"), default="",
                        help="train the other direction only: this generator, of --start-from, stays as it is")
    parser.add_argument("--bf16", action="store_true",
                        help="bf16 autocast: twice as fast on GPUs and on CPUs with AVX512-BF16 or AMX")
    parser.add_argument("--channels-last", action="store_true", help="faster convolutions on most devices")
    parser.add_argument("--compile", action="store_true",
                        help="torch.compile: minutes to start; fuses normalisations; no gain seen on a CPU")
    for name, value in vars(LossWeights()).items():
        parser.add_argument(f"--{name}-weight", type=float, default=value)
    parser.add_argument("--start-from", type=Path, metavar="CHECKPOINT",
                        help="public format or a model directory: its generators, and its discriminators"
                        " where they fit")
    parser.add_argument("--discriminators-from", type=Path, metavar="CHECKPOINT",
                        help="with --start-from: the discriminators of this one, which had the same --gain")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--log-every", type=int, default=50, metavar="STEPS")
    parser.add_argument("--sheet-every", type=int, default=500, metavar="STEPS")
    parser.add_argument("--save-minutes", type=float, default=5)
    options = parser.parse_args()
    if options.variant == "full" and len({phase.size for phase in options.phases}) > 1:
        parser.error("a full generator is made for one image size")
    if options.discriminator_steps < 1:
        parser.error("--discriminator-steps is at least 1")
    if options.history < 0 or options.cycle_noise < 0 or options.gain <= 0:
        parser.error("--history and --cycle-noise are not negative, --gain is positive")
    if options.history and options.discriminator_steps == 1:
        parser.error("--history is for the second update of the discriminators and on: --discriminator-steps")
    if options.coarse_weight and not options.history:
        parser.error("--coarse-weight looks at the translations of many steps: --history")
    if not 1 <= options.pack <= min(phase.batch for phase in options.phases):
        parser.error("--pack is between 1 and the smallest batch")
    if options.discriminators_from and not options.start_from:
        parser.error("--discriminators-from goes with --start-from")
    if options.hold and not options.start_from:
        parser.error("--hold goes with --start-from")
    if options.flatness_weight and options.hold == "A2B":
        parser.error("--flatness-weight is about A2B's translations, and --hold A2B leaves these as they are")
    if (options.leave_out is None) != (options.sources is None):
        parser.error("--leave-out and --sources go together")
    return options


def method(options):
    size = options.phases[-1].size
    return Method(
        shape=GeneratorShape(options.variant, options.channels, options.blocks, size, size),
        discriminator_channels=options.discriminator_channels or options.channels, pack=options.pack,
        gain=options.gain,
        weights=LossWeights(*(getattr(options, f"{name}_weight") for name in vars(LossWeights()))),
        cycle_noise=options.cycle_noise, average=options.average, history=options.history,
        augment=tuple(options.augment), hold=options.hold, bf16=options.bf16, channels_last=options.channels_last,
        compile=options.compile)


class Data:
    """Training images of both domains and a few held-out ones for the sheets, at one size."""

    def __init__(self, options, size):
        def files(domain, split):
            folder = options.data / (split + domain)
            if domain == "A" and options.leave_out:
                return files_without(folder, options.sources, options.leave_out)
            return picture_files(folder)

        self.size = size
        self.domains = [Domain(name, files(name, "train"), size, options.seed, options.whole)
                        for name in "AB"]
        self.colours = colour_losses(*(domain.images for domain in self.domains))
        self.coarse = coarse_losses(self.domains)
        self.shown = [torch.stack([normalised(planar(read_picture(path, size, size)))
                                   for path in files(name, "test")[:SHEET_ROWS]]) for name in "AB"]

    def batches(self, step, size, count):
        """The `count` batches of a step, each one of either domain."""
        return [[domain.batch(step * count + index, size) for domain in self.domains]
                for index in range(count)]


def run(options):
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    (options.out / "sheets").mkdir(parents=True, exist_ok=True)
    state = options.out / "state.pt"
    schedule = Schedule(options.phases, options.rate, options.warm_up, options.discriminator_rate)
    trainer = Trainer(method(options), options.device)
    if state.exists():
        saved_step = torch.load(state, mmap=True, weights_only=True)["step"]
        load_state(trainer, state, schedule.phase(max(saved_step - 1, 0))[0].size)
    elif options.start_from:
        start_from(trainer, options.start_from, options.phases[0].size, options.discriminators_from)
    else:
        trainer.fit_discriminators(options.phases[0].size)

    stopping = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, _: stopping.append(caught))
    log, data, saved = Log(options.out / "log.jsonl", schedule.steps), None, time.monotonic()
    with tqdm(total=schedule.steps, initial=trainer.step, disable=None) as bar:
        while trainer.step < schedule.steps and not stopping:
            phase, position = schedule.phase(trainer.step)
            if data is None or data.size != phase.size:
                data = Data(options, phase.size)
                trainer.colours, trainer.coarse = data.colours, data.coarse
                log.restart()
            trainer.fit_discriminators(phase.size)
            rate = schedule.generator_rate(trainer.step, trainer.fresh_step)
            judging_rate = schedule.discriminator_rate(trainer.step)
            *extra, last = data.batches(position, phase.batch, options.discriminator_steps)
            for batch in extra:
                trainer.discriminator_step(*batch, judging_rate)
            log.add(trainer.train_step(*last, rate, judging_rate))
            bar.update()
            if trainer.step % options.log_every == 0:
                log.write(trainer.step, phase.size, rate)
            if trainer.step % options.sheet_every == 0:
                draw(trainer, data, options.out / "sheets" / f"{trainer.step:07}.png")
            if time.monotonic() - saved > 60 * options.save_minutes:
                log.require_finite()
                save(trainer, options.out)
                saved = time.monotonic()
    log.require_finite()
    save(trainer, options.out)


def save(trainer, out):
    state = state_of(trainer)
    write_atomically(state, out / "state.pt")
    write_atomically(public_checkpoint(state), out / "generators.pt")


def draw(trainer, data, path):
    generators = [average.average for average in trainer.averages.values()]
    contact_sheet(generators, *(images.to(trainer.device) for images in data.shown)).save(path)


if __name__ == "__main__":
    run(arguments())

"""The options of `train.py`, and what does not go together."""

import argparse
from pathlib import Path

import torch

from .diffaugment import AUGMENTATIONS
from .generator import GeneratorShape
from .losses import EXTRA_LOSSES
from .methods import METHODS
from .normalization import NORMALIZATIONS
from .recipe import Recipe
from .resnet.generator import ResnetShape
from .schedule import Phase

LOSSES = list(dict.fromkeys(loss for method in METHODS.values() for loss in method.losses)) + list(EXTRA_LOSSES)


def arguments(words=None):
    parser = argparse.ArgumentParser(description="Train generators that translate images from A to B, and back.")
    parser.add_argument("out", type=Path, help="folder of the run")
    add_data(parser)
    add_networks(parser)
    add_schedule(parser)
    add_steps(parser)
    add_machine(parser)
    options = parser.parse_args(words)
    mistake = mistake_in(options, METHODS[options.method])
    if mistake:
        parser.error(mistake)
    return options


def add_data(parser):
    parser.add_argument("--data", type=Path, required=True, help="folder with trainA, trainB, testA, testB;"
                        " for cycada also labels_a.tsv, with the columns file (trainA/1.png) and label (0 to 9)")
    parser.add_argument("--sources", type=Path, help="table that names each image's data set (sources_a.tsv)")
    parser.add_argument("--leave-out", metavar="DATASET", help="train A without this data set of the table")


def add_networks(parser):
    parser.add_argument("--method", choices=METHODS, default="ugatit", help="what the networks are and pay")
    parser.add_argument("--variant", choices=("light", "full"), default="light", help="of U-GAT-IT's generators")
    parser.add_argument("--normalization", choices=NORMALIZATIONS, default="adalin",
                        help="of U-GAT-IT's decoder: the method's own, or one that its paper compares it with")
    parser.add_argument("--no-cam", dest="cam", action="store_false",
                        help="U-GAT-IT without attention, in generators and discriminators")
    parser.add_argument("--channels", type=int, default=64, help="base channels of the generators")
    parser.add_argument("--discriminator-channels", type=int, help="default: as the generators")
    parser.add_argument("--blocks", type=int, help="residual blocks: of U-GAT-IT each in encoder and decoder,"
                        " default 4; of the others, default 9")
    parser.add_argument("--pack", type=int, default=1, metavar="IMAGES",
                        help="show the discriminators this many images at a time: against translations that"
                        " are all alike")
    parser.add_argument("--gain", type=float, default=1.0,
                        help="scale up what U-GAT-IT's discriminators see in an image: new ones tell more from the"
                        " start")


def add_schedule(parser):
    parser.add_argument("--phases", type=Phase.parse, nargs="+", metavar="SIZE:STEPSxBATCH",
                        help="one after another; default as published: 256:1000000x1 for ugatit, for the others as"
                        " many epochs as their code has. Small images first: heads are found there at a fraction of"
                        " the cost. Not for a full generator")
    parser.add_argument("--rate", type=float, help="learning rate, default as published: 1e-4 for ugatit, 2e-4 for"
                        " the others; batches above 1 bear more")
    parser.add_argument("--discriminator-rate", type=float, metavar="RATE", help="default: --rate")
    parser.add_argument("--warm-up", type=int, default=0, metavar="STEPS",
                        help="raise the generators' rate from 0 after discriminators were made anew")


def add_steps(parser):
    parser.add_argument("--discriminator-steps", type=int, default=1, metavar="UPDATES",
                        help="updates of the discriminators for one of the generators, each from images of"
                        " its own")
    parser.add_argument("--pool", type=int, metavar="IMAGES",
                        help="show the discriminators, half of the time, one of so many earlier translations instead"
                        " of a new one; default as published: 50 for cyclegan and cycada, 0 for the others")
    parser.add_argument("--history", type=int, default=0, metavar="STEPS",
                        help="keep the translations of this many steps; the discriminators' updates but one"
                        " take them instead of new ones")
    parser.add_argument("--cycle-noise", type=float, default=0.0, metavar="DEVIATION",
                        help="noise on the translations that go back: against messages hidden in flat places")
    parser.add_argument("--whole", action="store_true",
                        help="crop between nine tenths and all of an image, not always nine tenths: whole ones are"
                        " what will be translated")
    parser.add_argument("--average", type=float, default=0.999, metavar="DECAY",
                        help="weight average of the generators that is exported; 0: the weights themselves")
    parser.add_argument("--augment", nargs="*", choices=AUGMENTATIONS, default=[],
                        help="augment what the discriminators see: for data sets under some thousand images")
    parser.add_argument("--hold", choices=("A2B", "B2A"), default="",
                        help="train the other direction only: this generator, of --start-from, stays as it is")
    for loss in LOSSES:
        parser.add_argument(f"--{loss}-weight", type=float, metavar="WEIGHT", help="default as published"
                            if loss not in EXTRA_LOSSES else "default 0; for any method")
    parser.add_argument("--start-from", type=Path, metavar="CHECKPOINT",
                        help="public format or a model directory: its generators, and its discriminators"
                        " where they fit")
    parser.add_argument("--discriminators-from", type=Path, metavar="CHECKPOINT",
                        help="with --start-from: the discriminators of this one, which had the same --gain")


def add_machine(parser):
    parser.add_argument("--bf16", action="store_true",
                        help="bf16 autocast: twice as fast on GPUs and on CPUs with AVX512-BF16 or AMX")
    parser.add_argument("--channels-last", action="store_true", help="faster convolutions on most devices")
    parser.add_argument("--compile", action="store_true",
                        help="torch.compile: minutes to start; fuses normalisations; no gain seen on a CPU")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--log-every", type=int, default=50, metavar="STEPS")
    parser.add_argument("--sheet-every", type=int, default=500, metavar="STEPS")
    parser.add_argument("--save-minutes", type=float, default=5)


def given_weights(options):
    return {loss: getattr(options, f"{loss}_weight") for loss in LOSSES
            if getattr(options, f"{loss}_weight") is not None}


def mistake_in(options, method):
    """What is wrong with the options, in words, or None."""
    for check in (mistake_of_method, mistake_of_shape, mistake_of_steps, mistake_of_start):
        mistake = check(options, method)
        if mistake:
            return mistake
    return None


def mistake_of_method(options, method):
    unknown = given_weights(options).keys() - method.losses.keys() - EXTRA_LOSSES.keys()
    if unknown:
        loss = sorted(unknown)[0]
        return f"--{loss}-weight: {method.name} has no such loss, but {', '.join([*method.losses, *EXTRA_LOSSES])}"
    if method.name != "ugatit" and (options.variant, options.normalization, options.cam, options.gain) != (
            "light", "adalin", True, 1.0):
        return f"--variant, --normalization, --no-cam and --gain are about U-GAT-IT's networks, not {method.name}'s"
    if options.cam_weight is not None and not options.cam:
        return "--cam-weight weighs what --no-cam leaves out"
    if options.hold and not method.holds:
        return f"--hold: the directions of {method.name} do not learn apart"
    if options.cycle_noise and not method.cycles:
        return f"--cycle-noise: nothing that {method.name} translates goes back"
    if options.whole and not method.augmented:
        return f"--whole: {method.name} shows whole images always"
    return None


def mistake_of_shape(options, method):
    phases = options.phases or [method.published_phase(1)]
    if options.variant == "full" and len({phase.size for phase in phases}) > 1:
        return "a full generator is made for one image size"
    mistake = method.mistake_of_blocks(options.blocks) if options.blocks is not None else None
    return mistake or next(filter(None, map(method.mistake_of_phase, phases)), None)


def mistake_of_steps(options, method):
    phases = options.phases or [method.published_phase(1)]
    if options.discriminator_steps < 1:
        return "--discriminator-steps is at least 1"
    if options.history < 0 or options.cycle_noise < 0 or options.gain <= 0:
        return "--history and --cycle-noise are not negative, --gain is positive"
    if options.history and options.discriminator_steps == 1:
        return "--history is for the second update of the discriminators and on: --discriminator-steps"
    if options.coarse_weight and not options.history:
        return "--coarse-weight looks at the translations of many steps: --history"
    if not 1 <= options.pack <= min(phase.batch for phase in phases):
        return "--pack is between 1 and the smallest batch"
    if pool(options, method) < 0:
        return "--pool is not negative"
    if options.pack > 1 and pool(options, method):
        return "--pack shows images of one step together, and the pool mixes those of many: --pool 0"
    return None


def mistake_of_start(options, method):
    if options.discriminators_from and not options.start_from:
        return "--discriminators-from goes with --start-from"
    if options.hold and not options.start_from:
        return "--hold goes with --start-from"
    if options.flatness_weight and options.hold == "A2B":
        return "--flatness-weight is about A2B's translations, and --hold A2B leaves these as they are"
    if (options.leave_out is None) != (options.sources is None):
        return "--leave-out and --sources go together"
    return None


def pool(options, method):
    return method.pool if options.pool is None else options.pool


def recipe_of(options, phases):
    """The recipe that the options ask for; a full generator is for the size of the last of the phases."""
    method = METHODS[options.method]
    if method.shape_type is GeneratorShape:
        size = phases[-1].size
        shape = GeneratorShape(options.variant, options.channels, options.blocks or GeneratorShape.blocks, size, size,
                               options.normalization, options.cam)
    else:
        shape = ResnetShape(options.channels, options.blocks or ResnetShape.blocks, method.antialiased,
                            method.dropout)
    return Recipe(
        shape=shape, discriminator_channels=options.discriminator_channels or options.channels, pack=options.pack,
        gain=options.gain, weights=given_weights(options), cycle_noise=options.cycle_noise, average=options.average,
        pool=pool(options, method), history=options.history, augment=tuple(options.augment), hold=options.hold,
        bf16=options.bf16, channels_last=options.channels_last, compile=options.compile)

"""Trains generators that translate images from A to B, and back. `python train.py --help` lists the options,
README.md says which to take.

Everything is written to the folder OUT: `state.pt` (the run resumes from it if it is there), the averaged generators
in the public format (`generators.pt`, or `latest_net_G_A.pth` and its like), `log.jsonl`, `sheets/STEP.png`. SIGTERM
and SIGINT save the state and end the run with exit code 0.
"""

import signal
import time

import torch
from tqdm import tqdm

from ugatit.checkpoint import public_files, write_atomically
from ugatit.data import Data, Files
from ugatit.log import Log
from ugatit.methods import METHODS
from ugatit.options import arguments, recipe_of
from ugatit.schedule import Schedule
from ugatit.sheet import contact_sheet
from ugatit.state import load_state, public_networks, start_from, state_of
from ugatit.batch import DIRECTIONS


def run(options):
    torch.manual_seed(options.seed)
    if options.threads:
        torch.set_num_threads(options.threads)
    method = METHODS[options.method]
    files = Files(options.data, method, options.sources, options.leave_out)
    phases = options.phases or [method.published_phase(files.larger)]
    (options.out / "sheets").mkdir(parents=True, exist_ok=True)
    state = options.out / "state.pt"
    highest = method.rate if options.rate is None else options.rate
    schedule = Schedule(phases, highest, options.warm_up, options.discriminator_rate, method.constant_share)
    trainer = method(recipe_of(options, phases), options.device)
    if state.exists():
        saved_step = torch.load(state, mmap=True, weights_only=True)["step"]
        load_state(trainer, state, schedule.phase(max(saved_step - 1, 0))[0].size)
    elif options.start_from:
        start_from(trainer, options.start_from, phases[0].size, options.discriminators_from)
    else:
        trainer.fit(phases[0].size)

    stopping = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, _: stopping.append(caught))
    log, data, saved = Log(options.out / "log.jsonl", schedule.steps), None, time.monotonic()
    with tqdm(total=schedule.steps, initial=trainer.step, disable=None) as bar:
        while trainer.step < schedule.steps and not stopping:
            phase, position = schedule.phase(trainer.step)
            if data is None or data.size != phase.size:
                data = Data(files, phase.size, options.seed, options.whole)
                data.losses_for(trainer)
                log.restart()
            trainer.fit(phase.size)
            rate = schedule.generator_rate(trainer.step, trainer.fresh_step)
            judging_rate = schedule.discriminator_rate(trainer.step)
            *extra, last = data.batches(position, phase.batch, options.discriminator_steps)
            for batch in extra:
                trainer.discriminator_step(batch, judging_rate)
            log.add(trainer.train_step(last, rate, judging_rate))
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
    for name, weights in public_files(public_networks(state)).items():
        write_atomically(weights, out / name)


def draw(trainer, data, path):
    generators = {DIRECTIONS[domain]: trainer.averages[name].average for domain, name in trainer.generators.items()}
    contact_sheet(generators, *(images.to(trainer.device) for images in data.shown)).save(path)


if __name__ == "__main__":
    run(arguments())

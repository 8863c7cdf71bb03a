"""Makes the golden files of the discriminators' tests: what PyTorch says of a seeded image, from seeded weights.

    python Tests/NetworksTests/Fixtures/make_discriminators.py        (PyTorch and numpy; seconds)

As make_fixtures.py has it, but for what spectral normalisation adds: u and v, which PyTorch's power iteration finds
from the weights, are in the files under their own names (`model.1.weight_u`). Metadata: channels, layers, images that are
judged together, gain, cam, height, width and seed. Results: `logits` (1, 1, H', W'), and with a class
activation map `heatmap` (1, 1, h, w) and `cam_logit` (1, 2).
"""

import sys

import torch
from make_fixtures import FOLDER, write_safetensors

from ugatit.discriminator import Discriminator
from ugatit.seeded import seed_weights, seeded_tensor

# Channels, layers, images, gain, cam, height, width, seed. Sides that halve evenly and that do not, the least of them,
# and what our own training adds; a gain also keeps the images of seven layers, which divide by so much, from all being
# the same to the last.
DISCRIMINATORS = [
    (8, 5, 1, 1.0, True, 32, 32, 21),
    (24, 5, 1, 1.0, True, 24, 44, 22),
    (4, 7, 1, 1000.0, True, 96, 100, 23),
    (8, 6, 2, 8.0, True, 64, 48, 24),
    (8, 4, 1, 1.0, False, 36, 32, 25),
]
ITERATIONS = 20


@torch.no_grad()
def make(channels, layers, images, gain, cam, height, width, seed):
    judge = Discriminator(channels, layers, images, gain, cam)
    seed_weights(judge, seed)
    torch.manual_seed(seed)  # u and v begin at random
    image = seeded_tensor("input", (1, 3, height, width), seed).repeat(1, images, 1, 1)
    judge.train()
    for _ in range(ITERATIONS):
        judge(image)
    judge.eval()
    vectors = {name: value for name, value in judge.state_dict().items() if name.endswith(("_u", "_v"))}
    single = judge(image)
    double = judge.double()(image.double())
    results = {key: value for key, value in zip(("logits", "cam_logit", "heatmap"), double) if value is not None}

    name = f"judge-{channels}x{layers}-{height}x{width}"
    relative = (single[0] - double[0]).abs().max() / double[0].abs().max()
    print(f"{name}: logits in [{double[0].min():.4f}, {double[0].max():.4f}], F32 differs by {relative:.1e} relative")
    told = {"channels": channels, "layers": layers, "images": images, "gain": gain, "cam": cam, "height": height,
            "width": width, "seed": seed}
    write_safetensors(FOLDER / f"{name}.safetensors", results | vectors,
                      {key: str(value) for key, value in told.items()})


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    for network in DISCRIMINATORS:
        make(*network)

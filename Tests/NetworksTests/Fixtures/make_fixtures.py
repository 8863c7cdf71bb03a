"""Makes the golden files of the network tests: what PyTorch computes from seeded weights and inputs.

    python Tests/NetworksTests/Fixtures/make_fixtures.py        (PyTorch and numpy; seconds)

Each file `NAME.safetensors` holds F32 tensors and, in its metadata, variant, channels, blocks, height, width
and seed as decimal text, the decoder's normalization where it is not AdaLIN, and `cam` where there is none. Weights and the input (1, 3, H, W) are not stored:
`models/training/ugatit/seeded.py` says how they follow from the seed. Everything is computed in float64,
rounded to F32 at the end; the printed figures say how far PyTorch's own F32 is from that. Running it again
gives the same bytes on the same machine.

Tensors of every file: `image` (1, 3, H, W), and where there is a CAM `heatmap` (1, 1, H/4, W/4), `cam_logit` (1, 2).
Of some, where they take at most 64 KB each:

    down0 down1 down2       outputs of the three strided convolutions, before normalisation
    encoder1 ...            outputs of the encoder's residual blocks
    cam                     attended features, after conv1x1 and ReLU
    gamma beta              (1, C), for AdaLIN
    adalin1 ...             outputs of the decoder's residual blocks
    up1 up2                 upsampling stages after ILN and ReLU
"""

import json
import struct
import sys
from dataclasses import asdict
from pathlib import Path

import torch

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2] / "models" / "training"))

from ugatit.generator import Generator, GeneratorShape  # noqa: E402
from ugatit.normalization import ADAPTIVE  # noqa: E402
from ugatit.seeded import seed_weights, seeded_tensor  # noqa: E402

LARGEST_ACTIVATION = 64 * 1024

# Shape, seed, whether activations are kept. Every kind of edge once: one block, non-square, channels that are
# no multiple of 16, a quarter of the image that is odd.
NETWORKS = [
    (GeneratorShape("light", 8, 1, 32, 32), 1, True),
    (GeneratorShape("light", 16, 2, 32, 48), 2, True),
    (GeneratorShape("light", 24, 4, 36, 36), 3, True),
    (GeneratorShape("full", 8, 2, 32, 32), 4, True),
    (GeneratorShape("light", 32, 4, 64, 64), 5, False),
    (GeneratorShape("full", 16, 1, 44, 44), 6, False),
    # The ablations; 24 base channels make 96, 48 and 24 of them, so 32, 16 and 8 groups.
    (GeneratorShape("light", 8, 2, 32, 36, "adain"), 7, False),
    (GeneratorShape("light", 8, 1, 32, 32, "in"), 8, False),
    (GeneratorShape("light", 24, 2, 32, 32, "ln"), 9, False),
    (GeneratorShape("light", 24, 1, 36, 32, "gn"), 10, False),
    (GeneratorShape("full", 8, 1, 32, 32, "adain"), 11, False),
    # Without a class activation map, whatever the decoder is normalised by.
    (GeneratorShape("light", 24, 2, 36, 32, "adalin", False), 12, True),
    (GeneratorShape("full", 8, 1, 32, 32, "adalin", False), 13, False),
    (GeneratorShape("light", 8, 1, 32, 36, "adain", False), 14, False),
    (GeneratorShape("light", 8, 1, 32, 32, "in", False), 15, False),
    (GeneratorShape("light", 8, 2, 32, 32, "ln", False), 16, False),
    (GeneratorShape("light", 24, 1, 32, 32, "gn", False), 17, False),
]


def stages(generator):
    """Name in the file -> module whose output it is."""
    blocks = generator.shape.blocks
    named = {f"down{i}": generator.DownBlock[4 * i + 1] for i in range(3)}
    named |= {f"encoder{i + 1}": generator.DownBlock[12 + i] for i in range(blocks)}
    if generator.shape.cam:
        named |= {"cam": generator.relu}
    if generator.shape.normalization in ADAPTIVE:
        named |= {"gamma": generator.gamma, "beta": generator.beta}
    named |= {f"adalin{i + 1}": getattr(generator, f"UpBlock1_{i + 1}") for i in range(blocks)}
    return named | {"up1": generator.UpBlock2[4], "up2": generator.UpBlock2[9]}


@torch.no_grad()
def run(generator, image):
    """Every stage's output and the results, by name."""
    outputs = {}
    hooks = [module.register_forward_hook(lambda _, __, output, name=name: outputs.update({name: output}))
             for name, module in stages(generator).items()]
    outputs["image"], outputs["cam_logit"], outputs["heatmap"] = generator(image)
    for hook in hooks:
        hook.remove()
    return {name: output for name, output in outputs.items() if output is not None}


def write_safetensors(path, tensors, metadata):
    """Writes F32 tensors in the order given. The safetensors package orders its header's metadata at random,
    and these files are to be the same bytes each time."""
    header, payload = {"__metadata__": metadata}, b""
    for name, tensor in tensors.items():
        data = tensor.float().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape),
                        "data_offsets": [len(payload), len(payload) + len(data)]}
        payload += data
    encoded = json.dumps(header, separators=(",", ":")).encode()
    encoded += b" " * (-len(encoded) % 8)  # the format wants the data aligned to 8 bytes
    path.write_bytes(struct.pack("<Q", len(encoded)) + encoded + payload)


def make(shape, seed, keeps_activations):
    generator = Generator(shape).eval()
    seed_weights(generator, seed)
    image = seeded_tensor("input", (1, 3, shape.height, shape.width), seed)
    single = run(generator, image)
    double = run(generator.double(), image.double())

    told = asdict(shape) | {"seed": seed}
    name = f"{shape.variant}-{shape.channels}x{shape.blocks}-{shape.height}x{shape.width}"
    if shape.normalization == "adalin":
        del told["normalization"]
    else:
        name += f"-{shape.normalization}"
    difference = f"{(single['image'] - double['image']).abs().max():.1e}"
    if shape.cam:
        del told["cam"]
        relative = (single["heatmap"] - double["heatmap"]) / double["heatmap"]
        difference += f", heatmap by {relative.abs().max():.1e} relative"
    else:
        name += "-nocam"
    print(f"{name}: image in [{double['image'].min():.3f}, {double['image'].max():.3f}], F32 differs by {difference}")

    results = ("image", "heatmap", "cam_logit")
    kept = {key: value for key, value in double.items()
            if key in results or (keeps_activations and 4 * value.numel() <= LARGEST_ACTIVATION)}
    metadata = {key: str(value) for key, value in told.items()}
    write_safetensors(FOLDER / f"{name}.safetensors", kept, metadata)


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    for network in NETWORKS:
        make(*network)

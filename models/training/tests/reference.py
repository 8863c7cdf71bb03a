"""U-GAT-IT written a second time, from the paper's formulas and the contract of the public code: plain
functions over state dicts, one image set at a time, nothing shared with the recipe. Slow and meant to be
read.
"""

import math

import torch
from torch.nn import functional

EPSILON = 1e-5


def mirrored(x, pad):
    """Reflection padding by indexing: row -1 is row 1."""
    def positions(size):
        inner = torch.arange(-pad, size + pad).abs()
        return torch.where(inner >= size, 2 * (size - 1) - inner, inner)
    return x[:, :, positions(x.shape[2])][:, :, :, positions(x.shape[3])]


def convolved(x, weight, pad, stride=1, bias=None):
    return functional.conv2d(mirrored(x, pad) if pad else x, weight, bias, stride)


def standardised(x, dims, ddof):
    count = 1
    for dim in dims:
        count *= x.shape[dim]
    centred = x - x.mean(dims, keepdim=True)
    return centred / torch.sqrt((centred ** 2).sum(dims, keepdim=True) / (count - ddof) + EPSILON)


def instance_norm(x):
    return standardised(x, (2, 3), ddof=0)


def instance_layer_norm(x, rho, gamma, beta):
    mixed = rho * standardised(x, (2, 3), ddof=1) + (1 - rho) * standardised(x, (1, 2, 3), ddof=1)
    return mixed * gamma + beta


def relu(x):
    return x.clamp(min=0)


def leaky(x):
    return torch.where(x > 0, x, 0.2 * x)


def attended(x, stored, effective):
    """Maps weighed by the stored weights (1, C) of the two classifiers; logits by the effective ones."""
    pooled = x.mean((2, 3)), x.amax((2, 3))
    logits = torch.cat([value @ weight.T for value, weight in zip(pooled, effective)], 1)
    maps = torch.cat([x * weight[0][None, :, None, None] for weight in stored], 1)
    return maps, logits


def group_norm(x, gamma, beta, groups):
    parts = x.reshape(len(x), groups, -1, *x.shape[2:])
    return standardised(parts, (2, 3, 4), ddof=0).reshape(x.shape) * gamma + beta


def decoder_norm(w, name, normalization, style):
    """The normalisation `name` of the decoder as a function; in blocks of adalin and adain, gamma and beta are the
    style's."""
    gamma, beta = (w[f"{name}.{part}"] if f"{name}.{part}" in w else style[part] for part in ("gamma", "beta"))
    if normalization == "gn":
        return lambda x: group_norm(x, gamma, beta, math.gcd(32, x.shape[1]))
    rho = w[f"{name}.rho"] if normalization == "adalin" else {"adain": 1, "in": 1, "ln": 0}[normalization]
    return lambda x: instance_layer_norm(x, rho, gamma, beta)


def generate(w, image, blocks, full=False, normalization="adalin"):
    """Translation and CAM logits (None without CAM) of a generator with weights `w`."""
    x = relu(instance_norm(convolved(image, w["DownBlock.1.weight"], 3)))
    x = relu(instance_norm(convolved(x, w["DownBlock.5.weight"], 1, stride=2)))
    x = relu(instance_norm(convolved(x, w["DownBlock.9.weight"], 1, stride=2)))
    for index in range(12, 12 + blocks):
        y = relu(instance_norm(convolved(x, w[f"DownBlock.{index}.conv_block.1.weight"], 1)))
        x = x + instance_norm(convolved(y, w[f"DownBlock.{index}.conv_block.5.weight"], 1))

    logits = None
    if "gap_fc.weight" in w:
        classifiers = w["gap_fc.weight"], w["gmp_fc.weight"]
        x, logits = attended(x, classifiers, classifiers)
        x = relu(convolved(x, w["conv1x1.weight"], 0, bias=w["conv1x1.bias"]))

    style = {}
    if "FC.0.weight" in w:
        hidden = x.reshape(len(x), -1) if full else x.mean((2, 3))
        hidden = relu(relu(hidden @ w["FC.0.weight"].T) @ w["FC.2.weight"].T)
        style = {part: (hidden @ w[f"{part}.weight"].T)[:, :, None, None] for part in ("gamma", "beta")}
    for index in range(1, blocks + 1):
        block = f"UpBlock1_{index}"
        y = convolved(x, w[f"{block}.conv1.weight"], 1)
        y = relu(decoder_norm(w, f"{block}.norm1", normalization, style)(y))
        y = convolved(y, w[f"{block}.conv2.weight"], 1)
        x = x + decoder_norm(w, f"{block}.norm2", normalization, style)(y)

    for conv, norm in ((2, 3), (7, 8)):
        x = x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
        x = convolved(x, w[f"UpBlock2.{conv}.weight"], 1)
        x = relu(decoder_norm(w, f"UpBlock2.{norm}", normalization, style)(x))
    return torch.tanh(convolved(x, w["UpBlock2.11.weight"], 3)), logits


def spectrally_normalised(w, name, iterations):
    """weight / sigma, sigma from power iteration that starts at the stored u; no gradient through u and v."""
    stored = w[f"{name}.weight_orig"]
    matrix, u = stored.reshape(len(stored), -1), w[f"{name}.weight_u"].detach()
    for _ in range(iterations):
        v = matrix.detach().T @ u
        v = v / v.norm()
        u = matrix.detach() @ v
        u = u / u.norm()
    return stored / (u @ matrix @ v)


def judge(w, image, layers, iterations, gain):
    """Patch logits and CAM logits of a discriminator after so many power iterations, from its features times
    `gain`."""
    x = image
    for layer in range(layers - 1):
        name = f"model.{3 * layer + 1}"
        stride = 1 if layer == layers - 2 else 2
        x = leaky(convolved(x, spectrally_normalised(w, name, iterations), 1, stride, w[f"{name}.bias"]))
    x = x * gain
    cam_logits = None
    if "gap_fc.weight_orig" in w:
        stored = w["gap_fc.weight_orig"], w["gmp_fc.weight_orig"]
        effective = [spectrally_normalised(w, name, iterations) for name in ("gap_fc", "gmp_fc")]
        x, cam_logits = attended(x, stored, effective)
        x = leaky(convolved(x, w["conv1x1.weight"], 0, bias=w["conv1x1.bias"]))
    return convolved(x, spectrally_normalised(w, "conv", iterations), 1), cam_logits


def cross_entropy(logits, label):
    probability = 1 / (1 + torch.exp(-logits))
    return -torch.log(probability if label else 1 - probability).mean()


def with_neighbours(images, pack):
    """Each image's channels, then those of the next images of the batch; the first follows the last."""
    count = len(images)
    return torch.stack([torch.cat([images[(first + place) % count] for place in range(pack)])
                        for first in range(count)])


def judged(w, image, layers, iterations, target, pack, gain):
    """Squared distance of patch and CAM logits from the target, over the domain's two discriminators."""
    return sum(((logits - target) ** 2).mean()
               for discriminator, depth in zip(w, layers)
               for logits in judge(discriminator, with_neighbours(image, pack), depth, iterations, gain)
               if logits is not None)


def discriminator_objective(w, real_a, real_b, blocks, layers, pack=1, gain=1, normalization="adalin"):
    """Formula 3's part for the discriminators; the generators' weights are constants here."""
    fake_b, _ = generate(w["genA2B"], real_a, blocks, normalization=normalization)
    fake_a, _ = generate(w["genB2A"], real_b, blocks, normalization=normalization)
    total = 0
    for domain, real, fake in (("A", real_a, fake_a), ("B", real_b, fake_b)):
        pair = w[f"disG{domain}"], w[f"disL{domain}"]
        total = (total + judged(pair, real, layers, 1, 1, pack, gain)
                 + judged(pair, fake.detach(), layers, 1, 0, pack, gain))
    return total


def generator_objective(w, real_a, real_b, blocks, layers, pack=1, gain=1, normalization="adalin"):
    """The four losses of section 2.3, each summed over both directions, by name; three without CAM."""
    def a2b(image):
        return generate(w["genA2B"], image, blocks, normalization=normalization)

    def b2a(image):
        return generate(w["genB2A"], image, blocks, normalization=normalization)

    (fake_b, cam_a2b_a), (fake_a, cam_b2a_b) = a2b(real_a), b2a(real_b)
    (same_a, cam_b2a_a), (same_b, cam_a2b_b) = b2a(real_a), a2b(real_b)
    (back_a, _), (back_b, _) = b2a(fake_b), a2b(fake_a)
    losses = {
        "adversarial": judged((w["disGA"], w["disLA"]), fake_a, layers, 2, 1, pack, gain)
                       + judged((w["disGB"], w["disLB"]), fake_b, layers, 2, 1, pack, gain),
        "cycle": (back_a - real_a).abs().mean() + (back_b - real_b).abs().mean(),
        "identity": (same_a - real_a).abs().mean() + (same_b - real_b).abs().mean(),
    }
    if cam_a2b_a is not None:
        losses["cam"] = (cross_entropy(cam_a2b_a, 1) + cross_entropy(cam_a2b_b, 0)
                         + cross_entropy(cam_b2a_b, 1) + cross_entropy(cam_b2a_a, 0))
    return losses

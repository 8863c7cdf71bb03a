"""The ResNet family written a second time, from the contract of the public code: plain functions over state dicts,
nothing shared with the recipe. Slow and meant to be read.
"""

import torch

from .reference import convolved, instance_norm, leaky, mirrored, relu


def zero_padded(x, weight, bias, stride=1):
    return torch.nn.functional.conv2d(x, weight, bias, stride, padding=1)


def transposed(x, weight, bias):
    """Twice the size: even rows and columns take the middle tap, odd ones the last tap of the pixel before them and
    the first of the one behind, zero beyond the image; the weight is (in, out, 3, 3)."""
    below = torch.cat([x[:, :, 1:], torch.zeros_like(x[:, :, :1])], 2)

    def right(values):
        return torch.cat([values[..., 1:], torch.zeros_like(values[..., :1])], 3)

    def times(values, row, column):
        return torch.einsum("nchw,cd->ndhw", values, weight[:, :, row, column])

    even = [[times(x, 1, 1), times(x, 1, 2) + times(right(x), 1, 0)]]
    odd = [[times(x, 2, 1) + times(below, 0, 1),
            times(x, 2, 2) + times(right(x), 2, 0) + times(below, 0, 2) + times(right(below), 0, 0)]]
    rows = [torch.stack(pair, 4).flatten(3) for (pair,) in (even, odd)]
    return torch.stack(rows, 3).flatten(2, 3) + bias[:, None, None]


def halved(x):
    """(1, 2, 1) / 4 along both axes at every other pixel."""
    for axis in (2, 3):
        x = x.movedim(axis, 0)
        size = len(x)
        before = x[[abs(2 * m - 1) for m in range((size + 1) // 2)]]
        after = x[[2 * m + 1 if 2 * m + 1 < size else size - 2 for m in range((size + 1) // 2)]]
        x = ((before + 2 * x[::2] + after) / 4).movedim(0, axis)
    return x


def doubled(x):
    """Three quarters of the pixel, one of its neighbour, along both axes."""
    for axis in (2, 3):
        x = x.movedim(axis, 0)
        before, after = torch.cat([x[:1], x[:-1]]), torch.cat([x[1:], x[-1:]])
        x = torch.stack([0.75 * x + 0.25 * before, 0.75 * x + 0.25 * after], 1).flatten(0, 1).movedim(0, axis)
    return x


def generate(w, image, blocks, antialiased, dropout=False):
    """What every layer makes of the image, by its number: the last is the translation."""
    def convolution(index):
        return w[f"model.{index}.weight"], w[f"model.{index}.bias"]

    layers = {0: mirrored(image, 3)}
    weight, bias = convolution(1)
    x = relu(instance_norm(convolved(layers[0], weight, 0, bias=bias)))
    if antialiased:
        for index in (4, 8):
            layers[index] = zero_padded(x, *convolution(index))
            x = layers[index + 3] = halved(relu(instance_norm(layers[index])))
    else:
        for index in (4, 7):
            layers[index] = zero_padded(x, *convolution(index), stride=2)
            x = relu(instance_norm(layers[index]))
    first, second = (12 if antialiased else 10), (6 if dropout else 5)
    for index in range(first, first + blocks):
        block = f"model.{index}.conv_block"
        y = relu(instance_norm(convolved(x, w[f"{block}.1.weight"], 1, bias=w[f"{block}.1.bias"])))
        y = instance_norm(convolved(y, w[f"{block}.{second}.weight"], 1, bias=w[f"{block}.{second}.bias"]))
        x = layers[index] = x + y
    index = first + blocks
    for _ in range(2):
        if antialiased:
            x = relu(instance_norm(zero_padded(doubled(x), *convolution(index + 1))))
            index += 4
        else:
            x = relu(instance_norm(transposed(x, *convolution(index))))
            index += 3
    weight, bias = convolution(index + 1)
    layers["last"] = torch.tanh(convolved(x, weight, 3, bias=bias))
    return layers


def judge(w, image, antialiased):
    """Logits of a patch discriminator."""
    numbers = (0, 3, 7, 11, 14) if antialiased else (0, 2, 5, 8, 11)
    x = image
    for layer, index in enumerate(numbers):
        stride = 2 if layer < 3 and not antialiased else 1
        x = zero_padded(x, w[f"model.{index}.weight"], w[f"model.{index}.bias"], stride)
        if layer == 4:
            return x
        x = leaky(instance_norm(x) if layer else x)
        if antialiased and layer < 3:
            x = halved(x)


def projected(w, layers, taps, positions):
    """For each tap the vectors (N, P, 256)."""
    vectors = []
    for number, (tap, places) in enumerate(zip(taps, positions)):
        mlp = f"mlp_{number}"
        samples = torch.stack([layers[tap][:, :, place // layers[tap].shape[3], place % layers[tap].shape[3]]
                               for place in places.tolist()], 1)
        hidden = relu(samples @ w[f"{mlp}.0.weight"].T + w[f"{mlp}.0.bias"])
        vector = hidden @ w[f"{mlp}.2.weight"].T + w[f"{mlp}.2.bias"]
        vectors.append(vector / ((vector ** 2).sum(2, keepdim=True).sqrt() + 1e-7))
    return vectors


def contrast(queries, keys, whole_batch):
    """Mean over the queries of minus the logarithm of the share of their own key; the others' are those of the same
    image, or of the whole batch, and the query's own among these counts exp(-10 / 0.07)."""
    keys = keys.detach()
    if whole_batch:
        queries, keys = queries.reshape(1, -1, queries.shape[2]), keys.reshape(1, -1, keys.shape[2])
    costs = []
    for image_queries, image_keys in zip(queries, keys):
        for place, query in enumerate(image_queries):
            likeness = image_keys @ query / 0.07
            others = likeness.clone()
            others[place] = -10 / 0.07
            costs.append(torch.logsumexp(torch.cat([likeness[place:place + 1], others]), 0) - likeness[place])
    return torch.stack(costs).mean()


def mean_contrast(queries, keys, whole_batch):
    return sum(contrast(query, key, whole_batch) for query, key in zip(queries, keys)) / len(keys)


def mapped(w, vectors):
    """SimDCL's vector of 64 numbers."""
    x = torch.nn.functional.conv2d(torch.cat(vectors)[None], w["model.0.weight"], w["model.0.bias"], stride=2)
    x = relu(x).mean((2, 3))
    x = relu(x @ w["model.4.weight"].T + w["model.4.bias"])
    x = x @ w["model.6.weight"].T + w["model.6.bias"]
    return x / ((x ** 2).sum(1, keepdim=True).sqrt() + 1e-7)


def classified(w, images):
    """Scores by CyCADA's classifier, its batch normalised by itself."""
    x = images
    for conv, norm in ((0, None), (2, 3), (5, 6), (8, 9)):
        name = "before_linear"
        x = torch.nn.functional.conv2d(x, w[f"{name}.{conv}.weight"], w[f"{name}.{conv}.bias"], stride=2)
        if norm is not None:
            centred = x - x.mean((0, 2, 3), keepdim=True)
            x = centred / torch.sqrt((centred ** 2).mean((0, 2, 3), keepdim=True) + 1e-5)
            x = x * w[f"{name}.{norm}.weight"][:, None, None] + w[f"{name}.{norm}.bias"][:, None, None]
        x = leaky(x)
    x = x.reshape(len(x), -1)
    for index in (0, 1):
        x = x @ w[f"after_linear.{index}.weight"].T + w[f"after_linear.{index}.bias"]
    return x


def cross_entropy(scores, labels):
    return (torch.logsumexp(scores, 1) - scores[torch.arange(len(scores)), labels]).mean()

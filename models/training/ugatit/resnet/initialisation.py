"""First weights."""

import torch
from torch import nn

DEVIATION = 0.02


@torch.no_grad()
def normal(network):
    """Weights from N(0, 0.02), biases 0, as CycleGAN begins. Those of batch normalisations are around 1."""
    return initialised(network, lambda weight: nn.init.normal_(weight, 0, DEVIATION))


@torch.no_grad()
def xavier(network):
    """Glorot's normal weights, times 0.02, biases 0, as CUT and what follows it begin."""
    return initialised(network, lambda weight: nn.init.xavier_normal_(weight, DEVIATION))


def initialised(network, draw):
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            draw(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1, DEVIATION)
    return network

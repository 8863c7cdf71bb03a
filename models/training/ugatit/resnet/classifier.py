"""CyCADA's classifier, which learns beside the generators."""

import torch
from torch import nn

SLOPE = 0.2


class Classifier(nn.Module):
    """Scores (N, classes) of images (N, 3, H, W) of 31 to 46 pixels: four convolutions without padding leave one
    place of them."""

    def __init__(self, channels=64, classes=10):
        super().__init__()
        layers = [nn.Conv2d(3, channels, 3, stride=2), nn.LeakyReLU(SLOPE)]
        for inputs, outputs in ((1, 1), (1, 2), (2, 4)):
            layers += [nn.Conv2d(inputs * channels, outputs * channels, 3, stride=2),
                       nn.BatchNorm2d(outputs * channels), nn.LeakyReLU(SLOPE)]
        self.before_linear = nn.Sequential(*layers)
        self.after_linear = nn.Sequential(nn.Linear(4 * channels, 1024), nn.Linear(1024, classes))

    def forward(self, images):
        with torch.autocast(images.device.type, enabled=False):
            return self.after_linear(self.before_linear(images.float()).flatten(1))

"""The discriminator of the ResNet family."""

from torch import nn

from .resampling import Downsample

SLOPE = 0.2


class PatchDiscriminator(nn.Module):
    """Judges images (N, 3, H, W), or `pack` of them at once, patch by patch of 70×70 pixels: logits (N, 1, H', W')
    (PatchGAN: Isola et al., CVPR 2017, in the public code "basic"). Images must have 24 pixels on a side, antialiased
    as well: the last instance normalisation needs more than one place.

    The first convolution is not normalised; all pad with zeros. `antialiased`, those of stride 2 have stride 1, and
    the halving follows behind the ReLU.
    """

    def __init__(self, channels=64, antialiased=False, pack=1):
        super().__init__()
        layers, inputs = [], 3 * pack
        for index, stride in enumerate((2, 2, 2, 1)):
            outputs = channels * 2 ** index
            halved = antialiased and stride == 2
            layers += [nn.Conv2d(inputs, outputs, 4, stride=1 if halved else stride, padding=1),
                       *([nn.InstanceNorm2d(outputs)] if index else []), nn.LeakyReLU(SLOPE),
                       *([Downsample(outputs)] if halved else [])]
            inputs = outputs
        self.model = nn.Sequential(*layers, nn.Conv2d(inputs, 1, 4, padding=1))

    def forward(self, image):
        return self.model(image)

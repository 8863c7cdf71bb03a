"""PyTorch in eager mode with channels last; bf16 is its autocast, with the weights converted once."""

import numpy
import torch

from .network import Network
from .worker import Setting


class Engine:
    name = "PyTorch"
    # Without the build for GPUs, which is not used.
    version = torch.__version__.split("+")[0]

    def __init__(self, setting: Setting) -> None:
        torch.set_num_threads(setting.threads)
        network = Network(setting.variant, setting.images.shape[-1])
        self.autocast = setting.precision == "bf16"
        self.generator = network.generator().to(memory_format=torch.channels_last)
        if self.autocast:
            # Autocast would convert every weight again in every run.
            for module in self.generator.modules():
                if isinstance(module, (torch.nn.Conv2d, torch.nn.ConvTranspose2d, torch.nn.Linear)):
                    module.to(torch.bfloat16)
        self.images = torch.from_numpy(setting.images).to(memory_format=torch.channels_last)

    def run(self) -> numpy.ndarray:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=self.autocast):
            return self.generator(self.images)[0].float().contiguous().numpy()

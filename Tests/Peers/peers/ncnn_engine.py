"""ncnn on the CPU, with its Winograd and SGEMM convolutions; bf16 is its bf16 storage."""

import ncnn
import numpy

from .worker import Setting


class Engine:
    name = "ncnn"
    version = ncnn.__version__

    def __init__(self, setting: Setting) -> None:
        if len(setting.images) != 1:
            raise SystemExit("ncnn has no batches")
        self.net = ncnn.Net()
        options = self.net.opt
        options.num_threads = setting.threads
        options.use_winograd_convolution = True
        options.use_sgemm_convolution = True
        options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = False
        options.use_bf16_storage = setting.precision == "bf16"
        parameters, weights = setting.artefacts.ncnn
        if self.net.load_param(str(parameters)) != 0 or self.net.load_model(str(weights)) != 0:
            raise SystemExit(f"ncnn cannot load {parameters}")
        self.image = ncnn.Mat(setting.images[0])

    def run(self) -> numpy.ndarray:
        extractor = self.net.create_extractor()
        extractor.input("in0", self.image)
        status, picture = extractor.extract("out0")
        if status != 0:
            raise SystemExit(f"ncnn gives status {status}")
        return numpy.array(picture)[None]

"""OpenVINO's CPU plugin, in f32 or with bf16 as its inference precision."""

import numpy
import openvino

from .worker import Setting


class Engine:
    name = "OpenVINO"
    # Without the build.
    version = openvino.__version__.split("-")[0]

    def __init__(self, setting: Setting) -> None:
        core = openvino.Core()
        model = core.read_model(setting.artefacts.onnx)
        model.reshape(list(setting.images.shape))
        options = {"INFERENCE_PRECISION_HINT": setting.precision, "INFERENCE_NUM_THREADS": setting.threads,
                   "PERFORMANCE_HINT": "LATENCY"}
        self.request = core.compile_model(model, "CPU", options).create_infer_request()
        self.images = setting.images

    def run(self) -> numpy.ndarray:
        return self.request.infer({0: self.images})[0]

"""ONNX Runtime's CPU provider."""

import numpy
import onnxruntime

from .worker import Setting


class Engine:
    name = "ONNX Runtime"
    version = onnxruntime.__version__

    def __init__(self, setting: Setting) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = setting.threads
        # With the batch known the runtime plans its memory and folds the shapes.
        options.add_free_dimension_override_by_name("batch", len(setting.images))
        self.session = onnxruntime.InferenceSession(
            setting.artefacts.onnx, options, providers=["CPUExecutionProvider"])
        self.feed = {"image": setting.images}

    def run(self) -> numpy.ndarray:
        return self.session.run(["picture"], self.feed)[0]

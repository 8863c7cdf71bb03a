"""KServe's REST client, unmodified."""

import unittest

import numpy
from kserve import InferenceRESTClient, InferInput, InferRequest
from kserve.inference_client import RESTConfig

from server import SIZE, Server
from test_triton import photograph


def setUpModule():
    global SERVER
    SERVER = Server()


def tearDownModule():
    status = SERVER.stop()
    assert status == 0, f"the server ended with {status}"


class Requests(unittest.IsolatedAsyncioTestCase):
    async def test_calls(self):
        client = InferenceRESTClient(RESTConfig(protocol="v2", timeout=120))
        self.assertTrue(await client.is_server_live(SERVER.url))
        self.assertTrue(await client.is_server_ready(SERVER.url))
        self.assertTrue(await client.is_model_ready(SERVER.url, "toon"))
        values = photograph()
        answers = []
        for binary in (False, True):
            tensor = InferInput("image", list(values.shape), "FP32")
            tensor.set_data_from_numpy(values, binary_data=binary)
            request = InferRequest("toon", [tensor], request_id="7")
            answer = await client.infer(SERVER.url, request, model_name="toon")
            self.assertEqual(answer.id, "7")
            output = next(output for output in answer.outputs if output.name == "translated")
            answers.append(output.as_numpy().reshape(1, 3, SIZE, SIZE))
        numpy.testing.assert_array_equal(answers[0], answers[1])


if __name__ == "__main__":
    unittest.main()

"""Every call that tritonclient documents for HTTP, unmodified, sync and asyncio."""

import asyncio
import io
import threading
import unittest

import numpy
import tritonclient.http as triton
import tritonclient.http.aio as triton_aio
from PIL import Image
from tritonclient.utils import InferenceServerException

from server import PHOTOGRAPH, SIZE, Server


def setUpModule():
    global SERVER
    SERVER = Server("--max-queue", "256")


def tearDownModule():
    status = SERVER.stop()
    assert status == 0, f"the server ended with {status}"


def photograph():
    picture = Image.open(PHOTOGRAPH).convert("RGB").resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    return (numpy.asarray(picture, "float32") / 127.5 - 1).transpose(2, 0, 1)[None]


def tensor_input(values, binary=True):
    tensor = triton.InferInput("image", list(values.shape), "FP32")
    tensor.set_data_from_numpy(values, binary_data=binary)
    return tensor


def file_input(*files):
    tensor = triton.InferInput("image", [len(files)], "BYTES")
    tensor.set_data_from_numpy(numpy.array(files, dtype=object))
    return tensor


class Requests(unittest.TestCase):
    def setUp(self):
        self.client = triton.InferenceServerClient(SERVER.address, concurrency=4)
        self.addCleanup(self.client.close)

    def test_health_and_metadata(self):
        client = self.client
        self.assertTrue(client.is_server_live(query_params={"test_1": 1, "test_2": 2}))
        self.assertTrue(client.is_server_ready())
        self.assertTrue(client.is_model_ready("toon"))
        self.assertFalse(client.is_model_ready("nothing"))
        server = client.get_server_metadata()
        self.assertEqual(server["name"], "ugatit")
        self.assertLessEqual({"binary_tensor_data", "schedule_policy"}, set(server["extensions"]))
        metadata = client.get_model_metadata("toon.B2A")
        self.assertEqual(metadata["name"], "toon.B2A")
        self.assertEqual(
            metadata["inputs"], [{"name": "image", "datatype": "FP32", "shape": [-1, 3, SIZE, SIZE]}]
        )
        self.assertEqual(
            {output["name"]: output["shape"] for output in metadata["outputs"]},
            {
                "translated": [-1, 3, SIZE, SIZE],
                "heatmap": [-1, SIZE // 4, SIZE // 4],
                "cam_logits": [-1, 2],
                "picture": [-1],
            },
        )
        version = metadata["versions"][0]
        self.assertEqual(client.get_model_metadata("toon", version)["versions"], [version])
        configuration = client.get_model_config("toon")
        self.assertGreaterEqual(configuration["max_batch_size"], 4)
        self.assertEqual(configuration["dynamic_batching"]["priority_levels"], 2)
        with self.assertRaisesRegex(InferenceServerException, "Request for unknown model") as caught:
            client.get_model_metadata("nothing")
        self.assertEqual(caught.exception.status(), "404")
        with self.assertRaisesRegex(InferenceServerException, "Request for unknown model"):
            client.get_model_metadata("toon", "1")

    def test_every_way_in_and_out_gives_the_same(self):
        values = photograph()
        expected = self.client.infer("toon", [tensor_input(values)]).as_numpy("translated")
        self.assertEqual(expected.shape, (1, 3, SIZE, SIZE))
        self.assertLessEqual(abs(expected).max(), 1)
        for binary_in in (True, False):
            for binary_out in (True, False):
                result = self.client.infer(
                    "toon.A2B",
                    [tensor_input(values, binary_in)],
                    outputs=[
                        triton.InferRequestedOutput("translated", binary_data=binary_out),
                        triton.InferRequestedOutput("cam_logits", binary_data=not binary_out),
                    ],
                )
                numpy.testing.assert_array_equal(result.as_numpy("translated"), expected)
                self.assertEqual(result.as_numpy("cam_logits").shape, (1, 2))
                self.assertIsNone(result.as_numpy("heatmap"))
        for sent in (None, "gzip", "deflate"):
            for wanted in (None, "gzip", "deflate"):
                result = self.client.infer(
                    "toon",
                    [tensor_input(values)],
                    request_compression_algorithm=sent,
                    response_compression_algorithm=wanted,
                )
                numpy.testing.assert_array_equal(result.as_numpy("translated"), expected)

    def test_files(self):
        photograph_bytes = PHOTOGRAPH.read_bytes()
        result = self.client.infer(
            "toon",
            [file_input(photograph_bytes, photograph_bytes)],
            outputs=[triton.InferRequestedOutput("picture"), triton.InferRequestedOutput("translated")],
            request_id="7",
            priority=1,
            timeout=60_000_000,
        )
        self.assertEqual(result.get_response()["id"], "7")
        pictures = result.as_numpy("picture")
        self.assertEqual(pictures.shape, (2,))
        picture = numpy.asarray(Image.open(io.BytesIO(pictures[0])), "float32")
        translated = result.as_numpy("translated")[0].transpose(1, 2, 0)
        self.assertLessEqual(abs(picture - (translated * 0.5 + 0.5) * 255).max(), 0.501)

    def test_a_batch_is_its_images(self):
        one = photograph()
        batch = numpy.concatenate([one, one[:, :, ::-1], -one, one * 0.5, one]).astype("float32")
        together = self.client.infer("toon", [tensor_input(batch)])
        for index, image in enumerate(batch):
            alone = self.client.infer("toon", [tensor_input(image[None])])
            for name in ("translated", "heatmap", "cam_logits"):
                numpy.testing.assert_array_equal(together.as_numpy(name)[index], alone.as_numpy(name)[0])

    def test_async_infer(self):
        values = photograph()
        requests = [
            self.client.async_infer("toon", [tensor_input(values)], priority=number % 3) for number in range(8)
        ]
        results = [request.get_result().as_numpy("translated") for request in requests]
        for result in results[1:]:
            numpy.testing.assert_array_equal(result, results[0])

    def test_refusals(self):
        for values, words in [
            (numpy.zeros((1, 3, SIZE, SIZE + 4), "float32"), "shape"),
            (numpy.full((1, 3, SIZE, SIZE), 2, "float32"), "-1...1"),
            (numpy.full((1, 3, SIZE, SIZE), numpy.nan, "float32"), "-1...1"),
        ]:
            with self.assertRaisesRegex(InferenceServerException, words) as caught:
                self.client.infer("toon", [tensor_input(values)])
            self.assertEqual(caught.exception.status(), "400")
        output = triton.InferRequestedOutput("nothing")
        with self.assertRaisesRegex(InferenceServerException, "The model has no output 'nothing'"):
            self.client.infer("toon", [tensor_input(photograph())], outputs=[output])
        with self.assertRaisesRegex(InferenceServerException, "classification"):
            output = triton.InferRequestedOutput("cam_logits", class_count=1)
            self.client.infer("toon", [tensor_input(photograph())], outputs=[output])
        with self.assertRaises(InferenceServerException) as caught:
            self.client.infer("toon", [file_input(b"no picture")])
        self.assertEqual(caught.exception.status(), "400")
        with self.assertRaises(InferenceServerException) as caught:
            self.client.infer("toon", [tensor_input(photograph())], timeout=1)
        self.assertEqual(caught.exception.status(), "504")

    def test_statistics(self):
        before = self.client.get_inference_statistics("toon.B2A")["model_stats"][0]
        self.client.infer("toon.B2A", [tensor_input(numpy.concatenate([photograph()] * 3))])
        after = self.client.get_inference_statistics("toon.B2A")["model_stats"][0]
        self.assertEqual(after["inference_count"] - before["inference_count"], 3)
        self.assertGreaterEqual(after["execution_count"], before["execution_count"] + 1)
        self.assertEqual(
            after["inference_stats"]["success"]["count"], before["inference_stats"]["success"]["count"] + 1
        )
        names = {model["name"] for model in self.client.get_inference_statistics()["model_stats"]}
        self.assertLessEqual({"toon", "toon.A2B", "toon.B2A"}, names)


class Repository(unittest.TestCase):
    def setUp(self):
        self.client = triton.InferenceServerClient(SERVER.address)
        self.addCleanup(self.client.close)

    def states(self):
        index = self.client.get_model_repository_index()
        return {(entry["name"], entry["state"]) for entry in index}

    def test_load_and_unload(self):
        SERVER.add("second")
        self.assertFalse(self.client.is_model_ready("second"))
        self.client.load_model("second")
        self.assertTrue(self.client.is_model_ready("second.A2B"))
        self.assertIn(("second.B2A", "READY"), self.states())
        self.client.unload_model("second")
        self.assertFalse(self.client.is_model_ready("second"))
        self.assertIn(("second", "UNAVAILABLE"), self.states())

    def test_refusals(self):
        for name, words in [("nothing", "there is no model named"), ("toon.A2B", "one direction"), ("../x", "")]:
            with self.assertRaisesRegex(InferenceServerException, words) as caught:
                self.client.load_model(name)
            self.assertIn(caught.exception.status(), ("400", "404"))
        with self.assertRaisesRegex(InferenceServerException, "directory"):
            self.client.load_model("toon", config="{}")
        SERVER.add("damaged")
        weights = SERVER.models / "damaged/A2B.safetensors"
        weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
        with self.assertRaisesRegex(InferenceServerException, "SHA-256") as caught:
            self.client.load_model("damaged")
        self.assertEqual(caught.exception.status(), "400")
        self.assertIn(("damaged", "UNAVAILABLE"), self.states())

    def test_replaced_under_load(self):
        """A hundred times, under 16 clients, without a failed request."""
        values = photograph()
        over = threading.Event()
        failures, answered = [], []

        def ask():
            client = triton.InferenceServerClient(SERVER.address)
            count = 0
            while not over.is_set():
                try:
                    client.infer("toon", [tensor_input(values)])
                    count += 1
                except Exception as error:
                    failures.append(error)
            answered.append(count)
            client.close()

        clients = [threading.Thread(target=ask) for _ in range(16)]
        for client in clients:
            client.start()
        try:
            for _ in range(100):
                self.client.load_model("toon")
        finally:
            over.set()
            for client in clients:
                client.join()
        self.assertEqual(failures, [])
        self.assertEqual(len(answered), 16)
        self.assertGreater(min(answered), 0)

    def test_memory_goes_back(self):
        """Fifty reloads leave no more than a tenth of what there was before."""
        for _ in range(5):
            self.client.load_model("toon")
        before = SERVER.resident_bytes()
        for _ in range(50):
            self.client.load_model("toon")
        after = SERVER.resident_bytes()
        self.assertLess(after, 1.1 * before, f"{before >> 20} MB before, {after >> 20} MB after")


class Asyncio(unittest.IsolatedAsyncioTestCase):
    async def test_calls(self):
        async with triton_aio.InferenceServerClient(SERVER.address) as client:
            self.assertTrue(await client.is_server_live())
            self.assertTrue(await client.is_server_ready())
            self.assertTrue(await client.is_model_ready("toon"))
            self.assertEqual((await client.get_server_metadata())["name"], "ugatit")
            self.assertEqual((await client.get_model_metadata("toon"))["name"], "toon")
            self.assertEqual((await client.get_model_config("toon"))["name"], "toon")
            self.assertEqual(len((await client.get_inference_statistics("toon"))["model_stats"]), 1)
            self.assertTrue(any(entry["name"] == "toon" for entry in await client.get_model_repository_index()))
            values = photograph()
            results = await asyncio.gather(
                *(client.infer("toon", [tensor_input(values, binary)]) for binary in (True, False) * 4)
            )
            for result in results[1:]:
                numpy.testing.assert_array_equal(result.as_numpy("translated"), results[0].as_numpy("translated"))
            compressed = await client.infer(
                "toon",
                [tensor_input(values)],
                request_compression_algorithm="gzip",
                response_compression_algorithm="deflate",
            )
            numpy.testing.assert_array_equal(compressed.as_numpy("heatmap"), results[0].as_numpy("heatmap"))
            await client.load_model("toon")
            SERVER.add("third")
            await client.load_model("third")
            await client.unload_model("third")
            with self.assertRaises(InferenceServerException):
                await client.infer("third", [tensor_input(values)])


if __name__ == "__main__":
    unittest.main()

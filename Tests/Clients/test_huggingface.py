"""Hugging Face's client, unmodified."""

import unittest

from huggingface_hub import ImageToImageTargetSize, InferenceClient

from server import PHOTOGRAPH, SIZE, Server


def setUpModule():
    global SERVER
    SERVER = Server()


def tearDownModule():
    status = SERVER.stop()
    assert status == 0, f"the server ended with {status}"


class Requests(unittest.TestCase):
    def setUp(self):
        self.client = InferenceClient(model=f"{SERVER.url}/translate", token="none", timeout=120)

    def test_image_to_image(self):
        self.assertEqual(self.client.image_to_image(PHOTOGRAPH.read_bytes()).size, (SIZE, SIZE))

    def test_parameters(self):
        size = ImageToImageTargetSize(width=300, height=200)
        picture = self.client.image_to_image(PHOTOGRAPH.read_bytes(), prompt="a cartoon", target_size=size)
        self.assertEqual(picture.size, (300, 200))


if __name__ == "__main__":
    unittest.main()

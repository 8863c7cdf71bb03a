import unittest

import torch

from ugatit.pool import ImagePool


class PoolTests(unittest.TestCase):
    def test_without_room_it_hands_out_what_it_is_given(self):
        images = torch.rand(2, 3, 4, 4)
        self.assertIs(ImagePool(0).exchange(images), images)

    def test_it_fills_first_and_then_hands_out_each_kept_image_once(self):
        """Every image comes back at once or later, or is in the pool at the end; half of them at once."""
        torch.manual_seed(1)
        pool, given, returned, at_once = ImagePool(50), [], [], 0
        for number in range(500):
            images = torch.full((2, 1, 1, 1), 2.0 * number)
            images[1] += 1
            back = pool.exchange(images).flatten().tolist()
            given += images.flatten().tolist()
            returned += back
            if number < 25:
                self.assertEqual(back, images.flatten().tolist(), "the pool fills")
            else:
                at_once += len(set(back) & set(images.flatten().tolist()))
        self.assertEqual(len(pool.images), 50)
        self.assertAlmostEqual(at_once / 950, 0.5, delta=0.06)
        kept = [image.item() for image in pool.images]
        # What filled the pool came back at once, and comes back again when its place is taken.
        self.assertEqual(set(given), set(returned) | set(kept))
        late = [value for value in returned if value >= 50]
        self.assertEqual(len(late), len(set(late)))


if __name__ == "__main__":
    unittest.main()

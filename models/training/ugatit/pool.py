"""Earlier translations, image by image."""

import torch


class ImagePool:
    """Up to `capacity` translations, of which discriminators see every other one instead of a new one (Shrivastava
    et al., CVPR 2017, as CycleGAN has it). `History` keeps steps for further updates; this takes part in the one
    update that a step has, and hands out each image that it is given or one that it was given before.
    """

    def __init__(self, capacity, images=()):
        self.capacity, self.images = capacity, list(images)

    def exchange(self, images):
        """As many images as are given (N, 3, H, W). The pool fills first; from then on half of them are kept, and
        the ones whose places they take come back."""
        if not self.capacity:
            return images
        return torch.stack([self.exchanged(image.clone()) for image in images])

    def exchanged(self, image):
        if len(self.images) < self.capacity:
            self.images.append(image)
            return image
        if torch.rand(()) < 0.5:
            return image
        place = int(torch.randint(self.capacity, ()))
        earlier, self.images[place] = self.images[place], image
        return earlier

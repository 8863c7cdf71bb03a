"""Files that visitors may have."""

import tempfile
from pathlib import Path

from PIL import Image

from server import ROOT

FIXTURES = ROOT / "Tests/EndToEndTests/Fixtures"
MAN, WOMAN = FIXTURES / "man.jpg", FIXTURES / "woman.jpg"


class Folder(tempfile.TemporaryDirectory):
    def path(self, name):
        return Path(self.name) / name

    def group(self):
        """Two people beside each other, 640 x 320."""
        picture = Image.new("RGB", (640, 320))
        for index, path in enumerate((WOMAN, MAN)):
            picture.paste(Image.open(path).resize((320, 320)), (320 * index, 0))
        picture.save(self.path("group.png"))
        return self.path("group.png")

    def large(self):
        """The man as cameras store pictures, 1601 x 1203, which no step divides."""
        Image.open(MAN).resize((1601, 1203)).save(self.path("large.jpg"))
        return self.path("large.jpg")

    def converted(self, name):
        """The man in another format, by the name's ending."""
        Image.open(MAN).save(self.path(name))
        return self.path(name)

    def turned(self):
        """Stored lying, and to be seen upright, 192 x 256."""
        picture = Image.open(MAN).crop((32, 0, 224, 256)).transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[0x0112] = 6
        picture.save(self.path("turned.jpg"), exif=exif, quality=95)
        return self.path("turned.jpg")

    def bytes(self, name, content):
        self.path(name).write_bytes(content)
        return self.path(name)

"""Bodies that schemathesis cannot make of a description: pictures."""

import schemathesis
from hypothesis import strategies

from server import PHOTOGRAPH

# What a client sends whose body is what it says, and one whose body is not.
PICTURES = strategies.sampled_from([PHOTOGRAPH.read_bytes(), PHOTOGRAPH.read_bytes()[:900], b"\xff\xd8\xff", b"GIF89a"])

for media_type in ("image/png", "image/jpeg", "image/webp"):
    schemathesis.openapi.media_type(media_type, PICTURES)

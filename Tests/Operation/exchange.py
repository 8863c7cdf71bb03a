"""One request on a connection of its own, and its answer."""

PHOTOGRAPH = open("Tests/EndToEndTests/Fixtures/man.jpg", "rb").read()


def request(length, fields=""):
    """The header of a translation.  `fields`: lines, each with its end."""
    return (f"POST /translate HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nConnection: close\r\n"
            f"{fields}\r\n").encode()


def answer(connection):
    """The status, 0 where there is none, and the body; nothing of that where not all of it came."""
    received = b""
    while piece := connection.recv(1 << 16):
        received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    status = int(lines[0].split(" ")[1]) if lines[0].startswith("HTTP/1.1 ") else 0
    return (status, body) if len(body) == int(fields.get("content-length", -1)) else (0, b"")

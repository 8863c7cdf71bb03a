"""Whether a steady stream of requests keeps the server's resident memory flat. Needs Python alone.

    python3 Tests/Peers/steady_memory.py .build/release/ugatit [--translations 2000]

The model that comes along, 128 x 128, translates one photograph after another. The server keeps 100 results here, so
that the store is full when the first tenth, which is not judged, is over.
"""

import argparse
from pathlib import Path

from peers.server import Server

REPOSITORY = Path(__file__).resolve().parents[2]
PHOTOGRAPH = REPOSITORY / "Tests" / "EndToEndTests" / "Fixtures" / "woman.jpg"


def resident_memory(ugatit: Path, translations: int) -> dict:
    """Resident bytes after each tenth of the translations, and how much they grew from the first to the last."""
    photograph = PHOTOGRAPH.read_bytes()
    resident = []
    with Server(ugatit, REPOSITORY / "models", "--keep-results", "100", "--log-level", "info") as server:
        for index in range(translations):
            server.translate(photograph)
            if (index + 1) % (translations // 10) == 0:
                resident.append(server.memory("VmRSS"))
        peak = server.memory("VmHWM")
    return {"translations": translations, "resident_bytes": resident, "growth_bytes": resident[-1] - resident[0],
            "peak_bytes": peak}


def text(result: dict) -> str:
    tenths = "  ".join(f"{size / 2**20:.1f}" for size in result["resident_bytes"])
    return (f"{result['translations']} translations, resident MiB after each tenth: {tenths}\n"
            f"growth {result['growth_bytes'] / 2**20:+.1f} MiB, peak {result['peak_bytes'] / 2**20:.1f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ugatit", type=Path, help="the program")
    parser.add_argument("--translations", type=int, default=2000)
    options = parser.parse_args()
    if options.translations < 1000:
        parser.error("--translations must be 1000 or more: the store of results is full after 100")
    print(text(resident_memory(options.ugatit, options.translations)))


if __name__ == "__main__":
    main()

"""Has schemathesis make requests of `/openapi.json` against a running server: check.py EXAMPLES SEED.

The server has keys, and the one that is sent is no administrator's: what would unload the model is refused, as
described.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from server import PHOTOGRAPH, PROGRAM, Server

HERE = Path(__file__).parent
# For a machine that builds something else meanwhile; what has not ended then has hung.
MOST_S = 540


def main(examples, seed):
    with tempfile.TemporaryDirectory(prefix="ugatit-api-") as folder:
        keys = Path(folder) / "keys"
        made = subprocess.run(
            [PROGRAM, "key", "tester", "--file", keys], capture_output=True, text=True, check=True, timeout=60
        )
        authorization = f"Bearer {made.stdout.split()[-1]}"
        # The one translation that is asked for by its id outlives all that schemathesis makes.
        server = Server("--api-keys", str(keys), "--keep-results", "100000", "--side-memory-mb", "64")
        try:
            return check(server, authorization, examples, seed, folder)
        finally:
            status = server.stop()
            if status != 0:
                raise RuntimeError(f"the server ended with {status}")


def check(server, authorization, examples, seed, folder):
    def ask(path, body=None):
        request = urllib.request.Request(server.url + path, data=body, headers={"Authorization": authorization})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    # What no description can name: an id and a version that there are.
    known = {
        "API_ID": ask("/translate?format=json", PHOTOGRAPH.read_bytes())["id"],
        "API_VERSION": ask("/v2/models/toon")["versions"][0],
        "SCHEMATHESIS_HOOKS": str(HERE / "hooks.py"),
    }
    command = [Path(sys.executable).parent / "schemathesis", "--config-file", HERE / "schemathesis.toml", "run"]
    command += [f"{server.url}/openapi.json", "--header", f"Authorization: {authorization}"]
    command += ["--checks", "all", "--max-examples", examples, "--seed", seed]
    return subprocess.run(command, cwd=folder, env=os.environ | known, timeout=MOST_S).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

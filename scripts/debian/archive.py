"""Makes a file of a laid-down package; of the same input the same file, byte for byte."""

import os
import subprocess
from pathlib import Path


def write(root: Path, to: Path, second: int) -> None:
    """Write the package whose files and DEBIAN/ lie below `root`, all dated `second`."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        os.utime(path, (second, second), follow_symlinks=False)
    argv = ["dpkg-deb", "--root-owner-group", "--build", str(root), str(to)]
    # dpkg-deb's own variables: who is in a hurry sets gzip, which takes a tenth of the time.
    said = {"DPKG_DEB_COMPRESSOR_TYPE": "xz", **os.environ, "SOURCE_DATE_EPOCH": str(second)}
    done = subprocess.run(argv, capture_output=True, text=True, env=said)
    if done.returncode:
        raise SystemExit(f"dpkg-deb made no {to.name}: {done.stderr.strip()}")

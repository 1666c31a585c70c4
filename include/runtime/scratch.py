"""Files in the work folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from include.contract import environment


def cache_folder(name: str) -> Path:
    """The folder `name` for what is kept between runs but safe to lose: in `$ATELIER_CACHE` or `~/.cache/atelier`."""
    return Path(os.environ.get(environment.CACHE) or Path.home() / ".cache" / "atelier") / name


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

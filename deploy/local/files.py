"""Small files that are complete or absent: written elsewhere, then moved into place."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pydantic import JsonValue

from include.contract.parsing import json_in


def write_atomically(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write `content` to `path`; readers see the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def mapping_in(path: Path) -> dict[str, JsonValue]:
    """The JSON mapping at `path`; empty if there is none.

    :raises ValueError: something else is there.
    """
    try:
        kept = json_in(path.read_bytes())
    except FileNotFoundError:
        return {}
    if not isinstance(kept, dict):
        raise ValueError("is not a mapping")
    return kept

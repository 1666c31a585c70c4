"""The prompt files that ship, with which a model writes whole pieces: what it writes depends on them (I6).

Both sides have them: who adds a model notes their digest in its card, and a stage runs no card with other ones.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from include.contract.models import folder_digest

PROMPTS = Path(__file__).resolve().parents[1] / "prompts"


@cache
def prompts_digest() -> str:
    """Of all prompt files, by name and content."""
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in PROMPTS.glob("*.md")}
    return folder_digest(files)

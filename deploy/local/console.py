"""What people read on their terminal: plain lines on standard output."""

from __future__ import annotations

import sys


def tell(line: str) -> None:
    """Say one line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()

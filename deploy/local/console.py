"""What people read on their terminal: plain lines on standard output."""

from __future__ import annotations

import sys


def tell(line: str) -> None:
    """Say one line, at once; what the terminal cannot show is written as an escape."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()

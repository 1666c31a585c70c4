"""What people read on their terminal: plain lines on standard output."""

from __future__ import annotations

import os
import sys


def tell(line: str) -> None:
    """Print one line at once; what the terminal cannot show is written as an escape.

    If nobody reads any more, as after `| head`, further lines are lost, and the work goes on.
    """
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(f"{line}\n".encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

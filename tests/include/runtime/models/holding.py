"""A program beside the tests that holds a lock until it is killed, or until its input ends."""

from __future__ import annotations

import sys
from pathlib import Path

from include.runtime.models import file_locks

if __name__ == "__main__":
    how, path = sys.argv[1], Path(sys.argv[2])
    if how == "shared":
        assert file_locks.shared(path) is not None
        print("has it", flush=True)  # noqa: T201
        sys.stdin.read()
    with file_locks.held(path, print):
        print("has it", flush=True)  # noqa: T201
        sys.stdin.read()

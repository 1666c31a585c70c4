"""`make compose-env`: write `.env` from `.env.example`, with every empty secret filled in. Standard library only."""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ".env.example"
FERNET_KEY = "ATELIER_FERNET_KEY"


def filled(example: str) -> str:
    """`example` with a fresh secret after each name that has no value."""
    return "".join(_filled_line(line) for line in example.splitlines(keepends=True))


def settings_in(content: str) -> dict[str, str]:
    """The names and values of an environment file."""
    pairs = (line.partition("=") for line in content.splitlines() if not line.startswith("#"))
    return {name: value for name, equals, value in pairs if equals}


def write_once(path: Path, content: str) -> bool:
    """Write `content` for its owner only, unless there is a file; whether it was written."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "w") as file:
        file.write(content)
    return True


def _filled_line(line: str) -> str:
    name, equals, value = line.rstrip("\n").partition("=")
    if line.startswith("#") or not equals or value:
        return line
    return f"{name}={_secret(name)}\n"


def _secret(name: str) -> str:
    """32 random bytes, of characters that addresses may have."""
    if name == FERNET_KEY:
        return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return secrets.token_urlsafe(32)


def main(root: Path = ROOT) -> int:
    """Exit code 0, even if `.env` exists: it is left alone."""
    path = root / ".env"
    was_written = write_once(path, filled((root / EXAMPLE).read_text()))
    said = "written; the password of `admin` is in it" if was_written else "already exists and was left alone"
    sys.stdout.write(f"{path.name} {said}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

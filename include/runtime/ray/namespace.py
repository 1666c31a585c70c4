"""What tells the workers of one store and one version of the code from all others of a cluster (W7)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from include.contract import environment
from include.contract.installed import entry_points
from include.contract.keys import Domain

_ROOT = Path(__file__).resolve().parents[2]
_DIGITS = 16
_PREFIX = "atelier"


def namespace_of(domain: Domain, stages: str) -> str:
    """Where the actors are that work for `domain` by this code; `stages` is the module of its stages."""
    return f"{family_of(domain)}-{_code_digest(stages, os.environ.get(environment.IMAGE_DIGEST, ''))}"


def family_of(domain: Domain) -> str:
    """What the namespaces of all versions begin with that work for `domain`."""
    return f"{_PREFIX}-{hashlib.sha256(domain.uri('').encode()).hexdigest()[:_DIGITS]}"


@cache
def _code_digest(stages: str, image: str) -> str:
    """Of the project's files, the stages' module, what distributions bring, and the container's image."""
    found = hashlib.sha256(image.encode())
    brought = sorted({str(entry.distribution) for entries in entry_points().values() for entry in entries})
    found.update("\n".join(brought).encode())
    for name, path in _files(stages):
        found.update(f"\n{name} {hashlib.sha256(path.read_bytes()).hexdigest()}".encode())
    return found.hexdigest()[:_DIGITS]


def _files(stages: str) -> Iterator[tuple[str, Path]]:
    """By names that do not say where the project lies."""
    for path in sorted(_ROOT.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield str(path.relative_to(_ROOT)), path
    spec = find_spec(stages)
    if spec is not None and spec.origin is not None:
        yield stages, Path(spec.origin)

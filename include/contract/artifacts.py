"""Artifacts and what names them: immutable bytes by digest, models by revision and digest."""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import AfterValidator, Field

from include.contract.values import Closed, Open, Sha256, TextForm

_MOVING_REVISIONS = frozenset({"main", "master", "head", "latest", "nightly", "dev"})


class Artifact(Open):
    """One named output of an item: bytes in the store, found by their digest."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(/[0-9]{2,})?$", max_length=80)]
    sha256: Sha256
    bytes: Annotated[int, Field(ge=0)]
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]


def artifact_of(name: str, content: bytes, media_type: str) -> Artifact:
    """The artifact that `content` is."""
    digest = hashlib.sha256(content).hexdigest()
    return Artifact(name=name, sha256=digest, bytes=len(content), media_type=media_type)


def _fixed_revision(revision: str) -> str:
    if revision.lower() in _MOVING_REVISIONS:
        raise ValueError(f"`{revision}` moves; name a revision that never changes, such as a commit or a version")
    return revision


ModelName = Annotated[
    str,
    Field(max_length=200),
    TextForm(
        r"^[A-Za-z0-9][A-Za-z0-9._/-]*$",
        "the letters A to Z and a to z, digits, `.`, `_`, `-` and `/`, starting with a letter or a digit, as in "
        "`acme/qwen3-4b`",
    ),
]
ModelRevision = Annotated[
    str,
    Field(max_length=100),
    TextForm(r"^[A-Za-z0-9._-]+$", "the letters A to Z and a to z, digits, `.`, `_` and `-`, as in `1` or `v1.2`"),
    AfterValidator(_fixed_revision),
]
ModelVariant = Annotated[
    str,
    Field(max_length=100),
    TextForm(r"^[a-z0-9._-]*$", "the letters a to z, digits, `.`, `_` and `-`, as in `int8`"),
]


class ModelIdentity(Closed):
    """A model as it enters a fingerprint (I6)."""

    name: ModelName
    revision: ModelRevision
    variant: ModelVariant = ""
    """Precision, quantisation, attention back-end."""
    digest: Sha256
    """Digest of the registry's list of the model's files."""

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}" + (f"+{self.variant}" if self.variant else "")

"""The registry: moving names are refused, and both sides mean the same files by a name (I6)."""

from __future__ import annotations

import pytest

from include.contract.errors import BadRequest, UnknownModel
from include.contract.models import read_registry

ENTRY = """
test/model:
  kind: image
  revision: "3"
  variant: fp16
  licence: MIT
  files:
    weights: {{package: some-wheel, path: some/weights.safetensors, sha256: "{sha}"}}
"""


def test_the_digest_follows_the_files_not_where_they_lie() -> None:
    here = read_registry(ENTRY.format(sha="ab" * 32), "m.yaml").identity("test/model")
    there = read_registry(ENTRY.format(sha="ab" * 32).replace("some-wheel", "other"), "m.yaml").identity("test/model")
    other = read_registry(ENTRY.format(sha="ac" * 32), "m.yaml").identity("test/model")
    assert here == there
    assert here.digest != other.digest
    assert str(here) == "test/model@3+fp16"


def test_other_files_under_the_same_name_are_refused() -> None:
    asked = read_registry(ENTRY.format(sha="ab" * 32), "m.yaml").identity("test/model")
    with pytest.raises(UnknownModel, match="run the stage with the image that belongs to the operator"):
        read_registry(ENTRY.format(sha="ac" * 32), "m.yaml").check(asked)


def test_an_unknown_model_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownModel, match="`x` is not registered; registered: test/model"):
        read_registry(ENTRY.format(sha="ab" * 32), "m.yaml").identity("x")


def test_a_moving_revision_is_refused() -> None:
    registry = read_registry(ENTRY.format(sha="ab" * 32).replace('"3"', "main"), "m.yaml")
    with pytest.raises(ValueError, match="`main` moves"):
        registry.identity("test/model")


def test_a_file_has_one_source() -> None:
    with pytest.raises(BadRequest, match="exactly one of `package` and `debian`"):
        read_registry(ENTRY.format(sha="ab" * 32).replace("package: some-wheel, ", ""), "m.yaml")

"""The registry: moving names are refused, and both sides mean the same files by a name (I6)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given

from include.contract.errors import BadRequest, UnknownModel
from include.contract.models import MODEL_FILES, ModelRegistry, read_registry, with_installed
from tests.foreign import damaged, written

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
    with pytest.raises(UnknownModel, match="run the stage in the image built from the same version as the operator"):
        read_registry(ENTRY.format(sha="ac" * 32), "m.yaml").check(asked)


def test_an_unknown_model_is_named_with_the_known_ones() -> None:
    with pytest.raises(UnknownModel, match="`x` is not registered; allowed: test/model"):
        read_registry(ENTRY.format(sha="ab" * 32), "m.yaml").identity("x")


def test_a_model_that_two_distributions_bring_is_neither_s_and_they_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    brought = read_registry(ENTRY.format(sha="ab" * 32), "m.yaml")
    for label in ("one 1.0 (one:m.yaml)", "two 2.0 (two:m.yaml)"):
        monkeypatch.setitem(MODEL_FILES.all(), label, brought)
    with pytest.raises(UnknownModel, match=r"; one 1\.0 .* and two 2\.0 .* both bring it; rename"):
        with_installed(ModelRegistry({})).identity("test/model")


def test_a_moving_revision_is_refused() -> None:
    with pytest.raises(BadRequest, match="m.yaml, line 4: `test/model.revision`: `main` moves"):
        read_registry(ENTRY.format(sha="ab" * 32).replace('"3"', "main"), "m.yaml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("test/model", "/test"),
        ("fp16", "FP 16"),
        ("weights", "$float"),
        ("some/weights.safetensors", '"a\\0b"'),
        ("MIT", "''"),
    ],
)
def test_what_no_identity_can_have_is_refused_when_the_registry_is_read(old: str, new: str) -> None:
    with pytest.raises(BadRequest, match="m.yaml"):
        read_registry(ENTRY.format(sha="ab" * 32).replace(old, new), "m.yaml")


MODEL = {
    "kind": "image",
    "revision": "3",
    "variant": "fp16",
    "licence": "MIT",
    "files": {"weights": {"package": "some-wheel", "path": "weights.safetensors", "sha256": "ab" * 32}},
}


@given(damaged({"test/model": MODEL, "other/model": MODEL}))
@example({"test/model": {**MODEL, "revision": "main"}})
@example({"test/model": {**MODEL, "files": {"$float": MODEL["files"]["weights"]}}})
def test_every_model_of_a_registry_that_is_accepted_has_an_identity(tree: Any) -> None:
    try:
        registry = read_registry(written(tree), "m.yaml")
    except BadRequest:
        return
    for name in registry.root:
        assert registry.check(registry.identity(name)) == registry.root[name]


def test_a_file_has_one_source() -> None:
    with pytest.raises(BadRequest, match="exactly one of `package`, `debian`, `folder`, `s3`"):
        read_registry(ENTRY.format(sha="ab" * 32).replace("package: some-wheel, ", ""), "m.yaml")

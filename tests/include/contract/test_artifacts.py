"""What names an artifact and a model."""

from __future__ import annotations

import hashlib

import pytest
from pydantic import ValidationError

from include.contract.artifacts import Artifact, ModelIdentity, artifact_of
from include.contract.mistakes import on_one_line

DIGEST = hashlib.sha256(b"model").hexdigest()


def test_an_artifact_is_told_by_its_bytes() -> None:
    artifact = artifact_of("narration/03", b"Bees dance.", "text/plain")
    assert artifact.sha256 == hashlib.sha256(b"Bees dance.").hexdigest()
    assert (artifact.name, artifact.bytes, artifact.media_type) == ("narration/03", 11, "text/plain")


@pytest.mark.parametrize("name", ["image", "image/01", "image/1234", "image_prompt"])
def test_an_output_is_named_alone_or_with_a_number(name: str) -> None:
    assert artifact_of(name, b"", "image/png").name == name


@pytest.mark.parametrize("name", ["", "image/", "image/1", "image/01/02", "Image", "../image", "1image", "image\n"])
def test_what_would_be_no_name_of_an_output_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        artifact_of(name, b"", "image/png")


def test_an_artifact_of_a_later_version_can_be_read() -> None:
    stored = artifact_of("image", b"x", "image/png").model_dump() | {"colour_space": "sRGB"}
    assert Artifact.model_validate(stored).name == "image"


@pytest.mark.parametrize("revision", ["main", "Latest", "HEAD", "nightly"])
def test_a_revision_that_moves_names_no_model(revision: str) -> None:
    with pytest.raises(ValidationError, match="moves; name a revision that never changes"):
        ModelIdentity(name="esrgan", revision=revision, digest=DIGEST)


@pytest.mark.parametrize(
    "wrong",
    [{"name": "/x"}, {"name": "ä"}, {"name": "x" * 201}, {"revision": ""}, {"revision": "a b"}, {"variant": "INT8"}],
)
def test_a_model_is_named_with_few_characters_which_a_refusal_says(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as raised:
        ModelIdentity.model_validate({"name": "esrgan", "revision": "1", "digest": DIGEST, **wrong})
    told = on_one_line(raised.value, ModelIdentity)
    assert "; allowed: the letters " in told or "allowed: text of at most 200 characters" in told
    assert "^" not in told


def test_a_model_is_written_with_its_revision_and_its_variant_where_it_has_one() -> None:
    assert str(ModelIdentity(name="esrgan", revision="1.2", digest=DIGEST)) == "esrgan@1.2"
    assert str(ModelIdentity(name="esrgan", revision="main2", variant="fp16", digest=DIGEST)) == "esrgan@main2+fp16"

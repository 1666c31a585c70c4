from __future__ import annotations

import hashlib

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, InputLost
from include.contract.keys import blob_key
from include.store.store import Store
from operators.stages.artifacts import artifacts_of
from tests.operators.conftest import Run


def made(deployment: Deployment) -> Run:
    run = Run(deployment)
    run.brief({"id": "bees", "topic": "Bees"})
    run.text()
    return run


def test_each_output_is_there_by_name_and_digest_and_can_be_read_bit_by_bit(
    deployment: Deployment, store: Store
) -> None:
    found = list(artifacts_of(made(deployment).xcoms["text"], deployment))
    assert {artifact.item for artifact in found} == {"bees"}
    assert len({artifact.name for artifact in found}) == len(found) > 0
    for artifact in found:
        assert artifact.uri == store.domain.uri(blob_key(artifact.sha256))
        digest = hashlib.sha256()
        with artifact.open() as stream:
            while chunk := stream.read(2):
                digest.update(chunk)
            assert stream.tell() == artifact.bytes
        assert digest.hexdigest() == artifact.sha256


def test_bytes_that_are_others_are_not_handed_out(deployment: Deployment, store: Store) -> None:
    (artifact, *_) = artifacts_of(made(deployment).xcoms["text"], deployment)
    store.put(blob_key(artifact.sha256), b"x" * artifact.bytes)
    with pytest.raises(InputLost, match="text"), artifact.open():
        raise AssertionError("they were handed out")


@pytest.mark.parametrize("found", [None, "v1/runs/…", {"briefs": 1}])
def test_what_no_stage_returns_is_refused(deployment: Deployment, found: object) -> None:
    with pytest.raises(BadRequest, match="takes what a stage's task returns"):
        next(artifacts_of(found, deployment))  # type: ignore[arg-type]

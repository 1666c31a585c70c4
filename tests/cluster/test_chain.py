"""The whole chain in pods: made once, then reused."""

from __future__ import annotations

import pytest

from tests.cluster.studio import Studio, script

pytestmark = pytest.mark.cluster
STAGES = ("text", "image", "speech", "clip", "video")


@pytest.mark.parametrize("film", ["film", pytest.param("film_sync", marks=pytest.mark.long)])
def test_a_film_is_made_in_pods_and_made_again_without_one(clean: Studio, film: str) -> None:
    clean.forget(*STAGES)
    brief = {"id": "chain", "script": script()}
    first = clean.run(film, brief)
    assert first.await_end() == "success", first.why()
    assert [first.xcom(stage)["pods_started"] for stage in STAGES] == [1] * len(STAGES)
    assert first.manifest("image").counts.made == 6
    again = clean.run(film, brief)
    assert again.await_end() == "success", again.why()
    assert [again.xcom(stage)["pods_started"] for stage in STAGES] == [0] * len(STAGES)
    assert again.film() == first.film()

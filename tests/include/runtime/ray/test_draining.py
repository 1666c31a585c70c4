"""Which nodes are about to go, as a driver sees it."""

from __future__ import annotations

import math
import time

import pytest
import ray

from include.runtime.ray import draining
from include.runtime.ray.draining import Draining
from tests.include.runtime.desk import eventually


def test_a_node_stays_until_the_cluster_says_that_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, int] | Exception] = [{"a": int((time.time() + 60) * 1000), "b": 0}, RuntimeError("no head")]
    answers = iter(told)

    def asked() -> dict[str, int]:
        answer = next(answers, told[-1])
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(draining, "LOOK_S", 0.01)
    monkeypatch.setattr(ray._private.state.state, "get_draining_nodes", asked)
    with Draining() as known:
        assert eventually(lambda: known.left_s("a") is not None)
        assert 0 < (known.left_s("a") or 0) <= 60
        assert known.left_s("b") == math.inf
        assert known.left_s("c") is None

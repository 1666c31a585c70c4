from __future__ import annotations

import pytest

from include.contract.deployments import Profile
from include.contract.keys import learnt_key
from operators.learning import Learnt
from operators.store import Store

KEY = learnt_key("0" * 64)
PROFILE = Profile(cpu=1, memory_mib=512, memory_max_mib=2048)


def test_a_first_run_starts_with_what_the_profile_says(store: Store) -> None:
    assert Learnt.read(store, KEY, PROFILE).memory_mib == 512


@pytest.mark.parametrize(("learnt_mib", "asks_mib"), [(1024, 1024), (4096, 2048), (256, 512)])
def test_a_later_run_starts_with_what_was_learnt_as_far_as_the_profile_allows_it_now(
    store: Store, learnt_mib: int, asks_mib: int
) -> None:
    Learnt(memory_mib=learnt_mib).keep(store, KEY)
    assert Learnt.read(store, KEY, PROFILE).memory_mib == asks_mib


@pytest.mark.parametrize("body", [b"{", b'{"memory_mib": "much"}', b"\xff"])
def test_a_lesson_that_cannot_be_read_is_none(store: Store, body: bytes) -> None:
    store.put(KEY, body)
    assert Learnt.read(store, KEY, PROFILE).memory_mib == 512

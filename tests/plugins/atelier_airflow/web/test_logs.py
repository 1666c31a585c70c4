from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import InputLost
from include.contract.keys import Domain, log_key, progress_key
from include.contract.manifests import RunRef
from include.store.store import Store
from plugins.atelier_airflow.web.logs import log_seen
from plugins.atelier_airflow.web.pages import log_page

RUN = RunRef(dag_id="films", run_id="manual__1", task_id="image", map_index=3)
REQUEST = "ab" * 32


@pytest.fixture
def store(s3: S3) -> Store:
    return Store(Domain(s3.bucket, "team/"), s3.connection())


def test_tries_are_shown_with_their_parts_the_newest_first(store: Store) -> None:
    for attempt, chunk in ((1, 0), (10, 0), (10, 1), (2, 0)):
        store.put(log_key(RUN, REQUEST, attempt, chunk), b"{}\n")
    store.put(progress_key(RUN, REQUEST, 11), b"{}")
    store.put(log_key(RUN.model_copy(update={"map_index": 4}), REQUEST, 12, 0), b"{}")
    seen = log_seen(store, RUN)
    assert [(each.number, [part.number for part in each.parts]) for each in seen] == [(10, [0, 1]), (2, [0]), (1, [0])]
    assert seen[0].parts[1].address == f"/atelier/dags/films/runs/manual__1/tasks/image/3/log/{REQUEST}/10/1"
    assert log_page(RUN, seen).count('">part 0</a> · 0.0 kB · until 2') == 3


def test_a_task_that_has_logged_nothing_says_so(store: Store) -> None:
    with pytest.raises(InputLost, match="logged nothing yet"):
        log_seen(store, RUN)

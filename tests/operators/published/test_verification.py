from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import Deployment
from include.store.store import Store
from operators.published.verification import RECENT, ROUND_DAYS, PublishedIsWrong, VerifyOperator, is_due
from tests.operators.cards import lay_out_cards
from tests.operators.context import Ti, context_of

DAY = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
FOLDER = "published/product_cards/2026/11/25/honey/"


@pytest.fixture
def published(s3: S3, store: Store) -> str:
    """Key of the file of a published card."""
    lay_out_cards(s3, store, {"honey": "sweet"})
    return next(each.key for each in store.listed(FOLDER, 100) if each.key.endswith("card-square.jpg"))


def verified(deployment: Deployment, at: datetime = DAY, **params: str | None) -> dict[str, int]:
    task = VerifyOperator(task_id="published", deployment=deployment)
    context: Any = context_of(Ti("published"), at=at)
    return task.execute(context | {"params": {"from": None, "to": None} | params})


def test_a_wrong_file_is_put_right_and_told(
    deployment: Deployment, store: Store, published: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store.put(published, b"SWEET SQUARE")
    assert verified(deployment) == {"pieces": 1, "files": 2, "bytes": 23, "mended": 1}
    said = capsys.readouterr().out
    assert store.get(published) == b"sweet square"
    assert f"{store.domain.uri(published)} holds bytes with the digest" in said
    assert "1 pieces, 2 files, 23 bytes looked at" in said
    assert verified(deployment)["mended"] == 0


def test_what_cannot_be_put_right_fails_the_task_at_once_and_says_what_to_do(
    deployment: Deployment, store: Store, published: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store.put(f"{FOLDER}item.json", b"{")
    with pytest.raises(PublishedIsWrong, match="what readers find is wrong in 1 place;"):
        verified(deployment)
    assert (
        "clear the task `publish` of the run that published 2026-11-25 in the DAG `product_cards`"
        in capsys.readouterr().out
    )


def test_the_params_say_which_days(deployment: Deployment, published: str) -> None:
    assert verified(deployment, **{"from": "2026-11-26"})["pieces"] == 0
    assert verified(deployment, to="2026-11-24")["pieces"] == 0
    assert verified(deployment, **{"from": "2026-11-25", "to": "2026-11-25"})["pieces"] == 1
    assert verified(deployment, at=DAY + timedelta(days=400), to="2026-11-25")["pieces"] == 1


def test_all_days_have_their_turn_the_recent_ones_and_those_to_come_each_night() -> None:
    tonight = date(2026, 11, 25)
    nights = [tonight + timedelta(days=ahead) for ahead in range(ROUND_DAYS)]
    for back in range(2000):
        day = tonight - timedelta(days=back)
        assert sum(is_due(day, night) for night in nights) >= 1
        assert is_due(day, tonight) or back > RECENT.days
    assert is_due(tonight + timedelta(days=30), tonight)
    old = [tonight - timedelta(days=back) for back in range(100, 100 + ROUND_DAYS)]
    assert [sum(is_due(day, night) for day in old) for night in nights] == [1] * ROUND_DAYS

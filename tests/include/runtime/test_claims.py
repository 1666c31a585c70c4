"""Claims on a real store: who gets an item, when it changes hands, and that nothing hangs on it (W8)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from atelier.testing.s3 import S3
from include.contract.brief import Brief
from include.contract.keys import claim_key
from include.contract.values import StageKind
from include.runtime import claims as module
from include.runtime.claims import Claim, Claims, read_claim
from include.runtime.lookup import LookedUp, resolve
from include.store.store import Store
from tests.asked import asked_for
from tests.faults import LOST_ANSWER, Fault, FaultyServer, How, faulty
from tests.include.runtime.desk import Desk, WordsStage, eventually

HONEY = Brief(topic="Honey bees")
Open = Callable[..., Claims]


@pytest.fixture
def opened(desk: Desk) -> Iterator[Open]:
    """Opens the claims of an attempt at the script of `HONEY`; all are closed after the test."""
    with ExitStack() as stack:

        def open_claims(run_id: str, attempt: int = 1) -> Claims:
            desk.run_id = run_id
            return stack.enter_context(Claims(desk.request("script.narrated", HONEY), attempt, desk.store))

        yield open_claims


@pytest.fixture
def item(desk: Desk) -> LookedUp:
    """The one item of the request, not made yet."""
    return LookedUp(resolve(desk.request("script.narrated", HONEY), desk.store).wanted[0], None)


@pytest.fixture
def unrenewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims as of attempts that are gone: their next renewal would be long after their end."""
    monkeypatch.setattr(module, "RENEWALS_PER_EXPIRY", 1e-6)


def released(run_id: str, item: LookedUp, desk: Desk) -> None:
    """Put the claim of a run that has given the item up."""
    owner = desk.request("script.narrated", HONEY).run.model_copy(update={"run_id": run_id})
    claim = Claim(owner=owner, attempt=1, expiry_s=module.EXPIRY_S, released=True)
    desk.store.put(key_of(item), claim.model_dump_json().encode())


@pytest.fixture
def short_lived(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims that expire as soon as the store's clock can tell."""
    monkeypatch.setattr(module, "EXPIRY_S", 2.0)


def key_of(item: LookedUp) -> str:
    return claim_key(StageKind.TEXT, item.wanted.fingerprint)


def claim_on(item: LookedUp, desk: Desk) -> Claim:
    stored = desk.store.read(key_of(item))
    assert stored is not None
    claim = read_claim(stored.body)
    assert claim is not None
    return claim


def renewed_at(item: LookedUp, desk: Desk) -> datetime:
    """When its claim was written last, by the store's clock."""
    (claim,) = desk.store.listed(key_of(item), 10)
    return claim.modified_at


def test_the_first_who_asks_gets_the_item_and_the_second_hears_of_the_first(opened: Open, item: LookedUp) -> None:
    assert opened("run-1").take(item) is item
    answer = opened("run-2").take(item)
    assert isinstance(answer, Claim)
    assert answer.owner.run_id == "run-1"


def test_a_released_item_is_the_next_one_s_at_once(opened: Open, item: LookedUp) -> None:
    first = opened("run-1")
    first.take(item)
    first.release(item.wanted.fingerprint)
    assert opened("run-2").take(item) == item


def test_what_is_in_hand_at_the_end_is_given_up(opened: Open, desk: Desk, item: LookedUp) -> None:
    with Claims(desk.request("script.narrated", HONEY), 1, desk.store) as first:
        first.take(item)
    assert claim_on(item, desk).released
    assert opened("run-2").take(item) == item


def test_an_item_taken_after_the_end_is_given_up_too(opened: Open, desk: Desk, item: LookedUp) -> None:
    with Claims(desk.request("script.narrated", HONEY), 1, desk.store) as late:
        pass
    late.take(item)
    assert claim_on(item, desk).released


def test_a_claim_is_renewed_for_as_long_as_its_owner_is_at_work(
    desk: Desk, opened: Open, item: LookedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EXPIRY_S", 3.0)
    opened("run-1").take(item)
    expires_at = renewed_at(item, desk) + timedelta(seconds=module.EXPIRY_S)
    assert eventually(lambda: renewed_at(item, desk) > expires_at, within_s=30)
    assert isinstance(opened("run-2").take(item), Claim)


def test_a_claim_that_nobody_renews_is_taken_over_after_its_expiry_and_never_taken_back(
    desk: Desk, opened: Open, item: LookedUp, short_lived: None, unrenewed: None
) -> None:
    first, second = opened("run-1"), opened("run-2")
    first.take(item)
    expires_at = renewed_at(item, desk) + timedelta(seconds=module.EXPIRY_S)
    assert eventually(lambda: second.take_over(item) == item, within_s=2 * module.EXPIRY_S + 2)
    assert renewed_at(item, desk) > expires_at
    first.renew(item.wanted.fingerprint)
    first.release(item.wanted.fingerprint)
    claim = claim_on(item, desk)
    assert (claim.owner.run_id, claim.released) == ("run-2", False)


def test_a_renewal_whose_answer_was_lost_loses_no_claim(desk: Desk, opened: Open, item: LookedUp, s3: S3) -> None:
    with faulty(s3) as (broken, server):
        desk.store = Store(desk.store.domain, broken.connection(tries=1))
        first = opened("run-1")
        first.take(item)
        server.meet(LOST_ANSWER, times=1)
        first.renew(item.wanted.fingerprint)
        first.renew(item.wanted.fingerprint)
        first.release(item.wanted.fingerprint)
        assert claim_on(item, desk).released


def test_of_many_who_find_an_expired_claim_one_gets_it(
    desk: Desk, opened: Open, item: LookedUp, short_lived: None
) -> None:
    released("run-0", item, desk)
    takers = [opened(f"run-{number}") for number in range(1, 9)]
    with ThreadPoolExecutor(len(takers)) as threads:
        answers = list(threads.map(lambda taker: taker.take(item), takers))
    assert sum(isinstance(answer, LookedUp) for answer in answers) == 1


def test_a_task_s_next_try_takes_over_at_once_and_an_earlier_one_never(opened: Open, item: LookedUp) -> None:
    opened("run-1", attempt=1).take(item)
    assert opened("run-1", attempt=2).take(item) == item
    answer = opened("run-1", attempt=1).take(item)
    assert isinstance(answer, Claim)
    assert answer.attempt == 2


def test_an_item_that_was_made_meanwhile_is_not_taken_over(opened: Open, desk: Desk, item: LookedUp) -> None:
    desk.run(desk.request("script.narrated", HONEY))
    released("run-1", item, desk)
    answer = opened("run-2").take(item)
    assert isinstance(answer, LookedUp)
    assert answer.record is not None


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff", b"[]", b'{"owner": 3}', b'{"owner": {}, "attempt": 1, "expiry_s": 1e99}']
)
def test_rubbish_in_a_claim_s_place_is_no_claim(desk: Desk, opened: Open, item: LookedUp, body: bytes) -> None:
    desk.store.put(key_of(item), body)
    assert opened("run-1").take(item) == item
    assert claim_on(item, desk).owner.run_id == "run-1"


@pytest.fixture
def proxy(desk: Desk, s3: S3) -> Iterator[FaultyServer]:
    """Stands between the desk's store and the server."""
    with faulty(s3) as (behind, server):
        desk.store = Store(desk.store.domain, behind.connection())
        yield server


@pytest.mark.parametrize("days", [-1, 1])
def test_only_the_store_s_clock_counts(
    proxy: FaultyServer,
    opened: Open,
    item: LookedUp,
    short_lived: None,
    unrenewed: None,
    days: int,
) -> None:
    def shifted(headers: dict[str, str]) -> dict[str, str]:
        for name in {"Date", "Last-Modified"} & set(headers):
            told = parsedate_to_datetime(headers[name])
            headers[name] = format_datetime(told + timedelta(days=days), usegmt=True)
        return headers

    proxy.headers = shifted
    opened("run-1").take(item)
    second = opened("run-2")
    assert isinstance(second.take(item), Claim)
    assert eventually(lambda: second.take_over(item) == item, within_s=2 * module.EXPIRY_S + 2)


def test_a_store_that_does_not_tell_the_time_has_only_expired_claims(
    proxy: FaultyServer, opened: Open, item: LookedUp
) -> None:
    proxy.headers = lambda headers: {name: value for name, value in headers.items() if name != "Date"}
    opened("run-1").take(item)
    assert opened("run-2").take(item) == item


def on_claims(method: str, path: str, headers: Mapping[str, str]) -> bool:
    return "/v1/claims/" in path


def test_where_claims_are_refused_the_items_are_made_and_it_is_said_once(
    desk: Desk, proxy: FaultyServer, caplog: pytest.LogCaptureFixture
) -> None:
    text = desk.request("script.narrated", HONEY)
    desk.run(text)
    proxy.meet(Fault("denied", How.ANSWER, 403, "SignatureDoesNotMatch", on_claims))
    with caplog.at_level(logging.WARNING, "include.runtime.claims"):
        manifest = desk.run(desk.request("image.scene", HONEY, upstreams=[text], batch_size=3))
    assert manifest.counts.made == 3
    (warning,) = caplog.messages
    assert "items are made unclaimed from now on" in warning
    assert "SignatureDoesNotMatch" in warning


def test_a_store_that_is_away_for_claims_alone_fails_no_item(desk: Desk, proxy: FaultyServer) -> None:
    proxy.meet(Fault("reset", How.RESET, only=on_claims))
    assert desk.run(desk.request("script.narrated", HONEY)).counts.made == 1


def of_claims(asked: list[tuple[str, str]]) -> list[str]:
    """What was asked about claims."""
    return [question for question, key in asked if key.startswith("v1/claims/")]


def test_an_item_that_is_made_costs_one_request_and_one_that_exists_none(desk: Desk) -> None:
    text = desk.request("script.narrated", HONEY)
    with asked_for() as asked:
        desk.run(text)
        desk.run(desk.request("image.scene", HONEY, upstreams=[text], batch_size=2))
    assert of_claims(asked) == ["put"] * 4
    desk.run_id = "run-2"
    stage = WordsStage()
    with asked_for() as asked:
        desk.run(desk.request("image.scene", HONEY, upstreams=[text]), stage)
    assert (stage.made, of_claims(asked)) == ([], [])


def test_items_of_a_recipe_that_claims_none_cost_no_request(desk: Desk, unclaimed: None) -> None:
    with asked_for() as asked:
        desk.run(desk.request("script.narrated", HONEY))
    assert of_claims(asked) == []


def test_how_often_an_item_has_crashed_who_made_it_is_kept_for_the_next_driver_and_forgotten_with_the_claim(
    opened: Open, item: LookedUp, desk: Desk
) -> None:
    first = opened("run-1")
    first.take(item)
    assert (first.crashed(item.wanted.fingerprint), claim_on(item, desk).crashes) == (1, 1)
    second = opened("run-1", 2)
    second.take(item)
    assert second.crashed(item.wanted.fingerprint) == 2
    second.release(item.wanted.fingerprint)
    assert claim_on(item, desk).crashes == 0
    assert opened("run-2").crashed(item.wanted.fingerprint) == 1

from __future__ import annotations

import webbrowser

import pytest

from atelier.testing.s3 import S3
from include.contract.manifests import ItemLine, Outcome, RunRef
from include.contract.values import StageKind
from include.store.store import Store
from tests.operators.cards import lay_out_cards
from tests.operators.cli.conftest import Atelier
from tests.operators.manifests import leave

AIRFLOW = "http://studio.example.org/airflow"


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was opened in the browser of a desktop that is signed in to Airflow."""
    seen: list[str] = []
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", f"{AIRFLOW}/")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(webbrowser, "open", seen.append)
    return seen


def test_a_published_piece_is_opened_at_its_own_page(atelier: Atelier, s3: S3, store: Store, opened: list[str]) -> None:
    lay_out_cards(s3, store, {"honey": "sweet", "wax": "warm"})
    code, out, err = atelier("open", "product_cards", "honey")
    assert (code, err) == (0, "")
    assert out.split() == opened == [f"{AIRFLOW}/atelier/dags/product_cards/published/2026/11/25/honey/"]


def test_what_is_not_published_yet_is_opened_at_its_run(atelier: Atelier, store: Store, opened: list[str]) -> None:
    run = RunRef(dag_id="narrated_video", run_id="manual__2026-11-25T06:00:00+00:00", task_id="video")
    leave(store, run, StageKind.VIDEO, [ItemLine(position=0, item="bees", outcome=Outcome.MADE)])
    for name in ("bees", run.run_id):
        assert atelier("open", "narrated_video", name)[0] == 0
    at = f"{AIRFLOW}/atelier/dags/narrated_video/runs/manual__2026-11-25T06%3A00%3A00%2B00%3A00/pieces"
    assert opened == [at, at]


def test_what_was_put_outside_of_the_store_is_opened_at_its_run(
    atelier: Atelier, store: Store, opened: list[str]
) -> None:
    run = RunRef(dag_id="narrated_video", run_id="manual__1", task_id="archive")
    address = "file:///srv/share/narrated_video/2026/11/25/bees/item.json"
    leave(store, run, StageKind.PUBLISH, [ItemLine(position=0, item="bees", outcome=Outcome.MADE, address=address)])
    assert atelier("open", "narrated_video", "bees")[0] == 0
    assert opened == [f"{AIRFLOW}/atelier/dags/narrated_video/runs/manual__1/pieces"]
    assert f"bees is published: {address}" in atelier("show", "narrated_video", "bees")[1]


def test_without_a_brief_it_is_the_gallery(atelier: Atelier, opened: list[str]) -> None:
    assert atelier("open", "narrated_video")[0] == 0
    assert opened == [f"{AIRFLOW}/atelier/dags/narrated_video/published/"]


def test_where_no_window_can_open_the_address_is_said(
    atelier: Atelier, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    code, out, _ = atelier("open", "narrated_video")
    assert (code, out, opened) == (0, f"{AIRFLOW}/atelier/dags/narrated_video/published/\n", [])


def test_where_no_airflow_is_known_it_is_said_how_to_name_it(atelier: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW__API__BASE_URL")
    code, _, err = atelier("open", "narrated_video")
    assert code == 1
    assert "it is not known where Airflow's UI is" in err
    assert "or set AIRFLOW__API__BASE_URL" in err

"""A content type with a feed, as Airflow runs it: what nobody here can mend makes one run red, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.dags.films import runs_of
from tests.limits import SLOW_S
from tests.operators.serving import served


class Pinned(BaseHTTPRequestHandler):
    """A feed whose one item has no date."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<rss><channel><item><title>Welcome</title><guid>1</guid></item></channel></rss>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def feed(airflow: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The content type `film` of scripts alone, made from a feed on this machine."""
    path = Path(airflow["AIRFLOW__CORE__DAGS_FOLDER"]) / "content_types" / "film.yaml"
    head, _ = path.read_text().split("stages:")
    deployment = tmp_path / "deployment.yaml"
    deployment.write_text(f"{deployment.read_text()}\nallow_private_addresses: true\n")
    with served(Pinned) as site:
        source = f'source: {{feed: "{site}/feed.xml"}}\nschedule: 0 6 * * *\nstart_date: 2026-11-01\n'
        path.write_text(f"{head}{source}stages:\n  text: {{recipe: script.narrated}}\n")
        yield airflow


@pytest.mark.timeout(SLOW_S)
def test_an_item_without_a_date_makes_one_run_red(feed: dict[str, str]) -> None:
    first, second = runs_of(feed, "2026-11-25", "2026-11-26")
    assert {name: task[0] for name, task in first["tasks"].items()} == {
        "brief": "success",
        "refused_rows": "failed",
        "text": "skipped",
    }
    assert (first["state"], second["state"]) == ("failed", "success")

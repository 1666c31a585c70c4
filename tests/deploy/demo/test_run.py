from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from atelier.testing.s3 import S3
from deploy.demo.results import RunResult, StageResult
from deploy.demo.run import gallery_of
from deploy.local.installation import HOME_ENV, PROJECT_ROOT, Installation
from include.contract.keys import Domain
from include.store.store import Store
from tests.operators.cards import lay_out_cards

PUBLISHED = StageResult("publish", 1, 1, 0, 0, 1.0, process_started=True, pods_started=0, publishes=True)
RESULT = RunResult("product_cards", "demo__1", "success", "honey", stages=(PUBLISHED,))


@pytest.mark.parametrize(
    ("content", "says"),
    [("topic: Tea\ncolour: red\n", "brief.yaml, line 2: `colour`: is not a field"), (None, "there is no such file")],
)
def test_a_wrong_brief_ends_it_before_anything_is_started(tmp_path: Path, content: str | None, says: str) -> None:
    brief = tmp_path / "brief.yaml"
    if content:
        brief.write_text(content)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.demo.run", str(brief)],
        cwd=PROJECT_ROOT,
        env={**os.environ, HOME_ENV: str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert says in done.stdout
    assert done.stderr == ""
    assert not (tmp_path / "home").exists()


def test_the_gallery_is_looked_at_in_airflow_where_that_stays_up(s3: S3, tmp_path: Path) -> None:
    store = Store(Domain(s3.bucket), s3.connection())
    told = gallery_of(Installation(home=tmp_path), store, RESULT, "http://127.0.0.1:8080")
    assert told == "http://127.0.0.1:8080/atelier/dags/product_cards/published/"
    assert list(tmp_path.iterdir()) == []


def test_the_gallery_of_servers_that_stop_is_copied_with_all_that_it_shows(s3: S3, tmp_path: Path) -> None:
    store = Store(Domain(s3.bucket), s3.connection())
    lay_out_cards(s3, store, {"honey": "sweet"})
    told = urlsplit(gallery_of(Installation(home=tmp_path), store, RESULT, ""))
    page = Path(url2pathname(told.path))
    assert (told.scheme, page.name) == ("file", "index.html")
    assert len([path for path in page.parent.rglob("card-*.jpg") if path.is_file()]) == 1


def test_what_keeps_the_gallery_from_being_copied_is_told_and_ends_nothing(
    s3: S3, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(Domain(s3.bucket), s3.connection())
    assert gallery_of(Installation(home=tmp_path), store, RESULT, "") == ""
    assert "The gallery was not copied: nothing has been published in" in capsys.readouterr().out
    assert gallery_of(Installation(home=tmp_path), store, replace(RESULT, state="failed"), "") == ""

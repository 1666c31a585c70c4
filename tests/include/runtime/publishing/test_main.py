"""The program that takes pieces away and gives them back, as the command line of the Airflow side starts it."""

from __future__ import annotations

import pytest

from atelier.testing.s3 import S3
from include.contract.errors import ExitCode
from include.contract.published import Tombstone
from include.runtime.publishing.__main__ import main
from tests.include.runtime.publishing.newsroom import DAY, Newsroom, card


@pytest.fixture(autouse=True)
def _reached(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)


def ask(action: str, s3: S3, slug: str, *more: str) -> int:
    return main([action, "--prefix=team/", "--by=ada", *more, "--", s3.bucket, "product_cards", slug])


def test_a_piece_goes_and_comes_back(newsroom: Newsroom, s3: S3, capsys: pytest.CaptureFixture[str]) -> None:
    newsroom.publish({"honey": card()})
    assert ask("withdraw", s3, "honey", "--why=a mistake", f"--day={DAY}") == ExitCode.OK
    assert newsroom.index().items == ()
    (word,) = Tombstone.model_validate_json(newsroom.read("tombstones/honey.json")).words
    assert (word.by, word.why, word.day) == ("ada", "a mistake", DAY)
    assert ask("withdraw", s3, "honey", f"--day={DAY}") == ExitCode.OK
    assert ask("restore", s3, "honey", f"--day={DAY}") == ExitCode.OK
    assert [entry.slug for entry in newsroom.index().items] == ["honey"]
    assert capsys.readouterr().out.splitlines() == [
        f"`honey` of `product_cards` is taken out: {DAY}",
        "`honey` of `product_cards` is taken out: no day: all of it was so before",
        f"`honey` of `product_cards` is listed again: {DAY}",
    ]


def test_what_is_not_published_is_refused(newsroom: Newsroom, s3: S3, capsys: pytest.CaptureFixture[str]) -> None:
    newsroom.publish({"honey": card()})
    assert ask("withdraw", s3, "wax") == ExitCode.PERMANENT
    assert "`product_cards` has published no `wax`" in capsys.readouterr().err

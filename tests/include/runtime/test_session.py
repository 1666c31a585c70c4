"""A process's last words, however its request ends."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract import environment
from include.contract.errors import Cause, ExitCode
from include.contract.failures import Failure, read_failure
from include.runtime.session import Session
from include.runtime.stopping import Stopping


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, s3: S3, tmp_path: Path) -> Iterator[Path]:
    """The termination message of a process whose surroundings are those of a stage."""
    root = logging.getLogger()
    level = root.level
    monkeypatch.setattr(root, "handlers", [])
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(environment.TERMINATION_LOG, str(tmp_path / "termination-log"))
    monkeypatch.setenv(environment.SCRATCH, str(tmp_path))
    yield tmp_path / "termination-log"
    root.setLevel(level)


def failure_in(path: Path) -> Failure:
    failure = read_failure(path.read_text())
    assert failure is not None
    return failure


def test_a_request_that_is_not_there_is_a_mistake_and_is_named(s3: S3, said: Path) -> None:
    uri = f"s3://{s3.bucket}/v1/requests/{'ab' * 32}.json"
    assert Session(Stopping()).run(uri) is ExitCode.PERMANENT
    failure = failure_in(said)
    assert (failure.cause, failure.message) == (Cause.BAD_REQUEST, f"there is no request at {uri}")


def test_an_address_that_is_none_is_a_mistake(said: Path) -> None:
    assert Session(Stopping()).run("not-an-address") is ExitCode.PERMANENT
    assert failure_in(said).cause is Cause.BAD_REQUEST


def test_what_nobody_foresaw_is_a_bug_and_is_said_too(said: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(uri: str) -> tuple[object, str]:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("include.runtime.session.split_request_uri", broken)
    assert Session(Stopping()).run("s3://bucket/x") is ExitCode.BUG
    assert failure_in(said).cause is Cause.BUG


def test_a_stop_that_was_heard_first_has_the_last_word(said: Path) -> None:
    stopping = Stopping()
    stopping.say("stopped", ExitCode.TRANSIENT)
    assert Session(stopping).run("not-an-address") is ExitCode.TRANSIENT
    assert said.read_text() == "stopped\n"

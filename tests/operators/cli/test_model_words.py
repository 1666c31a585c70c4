from __future__ import annotations

import pytest

from operators.cli.model_words import EVERY_S, Uploading
from operators.models.upload import Progress, Step


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_file_that_takes_long_is_told_of_now_and_then_with_its_rate(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    uploading = Uploading({"a.gguf": 4_000_000, "b.json": 10}, clock)
    uploading.tell(Progress("a.gguf", Step.SENT, 1_000_000))
    assert capsys.readouterr().err == ""
    clock.now = EVERY_S
    uploading.tell(Progress("a.gguf", Step.SENT, 1_000_000))
    assert capsys.readouterr().err == "a.gguf: 2.0 MB of 4.0 MB in the store, 400.0 kB/s\n"
    uploading.tell(Progress("a.gguf", Step.SENT, 1_000_000))
    assert capsys.readouterr().err == ""


def test_a_file_that_is_hashed_for_long_is_told_of_too(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    uploading = Uploading({"a.gguf": 4_000_000}, clock)
    clock.now = EVERY_S
    uploading.tell(Progress("a.gguf", Step.HASHED, 3_000_000))
    assert capsys.readouterr().err == "a.gguf: 3.0 MB of 4.0 MB hashed\n"


def test_each_file_says_what_was_sent_of_it_and_the_last_line_all_of_it(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    uploading = Uploading({"a.gguf": 3_000_000, "b.json": 10, "c.json": 5, "empty.txt": 0}, clock)
    uploading.tell(Progress("a.gguf", Step.THERE, 1_000_000))
    uploading.tell(Progress("a.gguf", Step.SENT, 2_000_000))
    uploading.tell(Progress("b.json", Step.THERE, 10))
    uploading.tell(Progress("c.json", Step.SENT, 5))
    for path in ("a.gguf", "b.json", "c.json", "empty.txt"):
        uploading.tell(Progress(path, Step.DONE))
    assert capsys.readouterr().err.splitlines() == [
        "a.gguf: 3.0 MB, sent, 1.0 MB of it were there",
        "b.json: 10 B, was there",
        "c.json: 5 B, sent",
        "empty.txt: 0 B, sent",
    ]
    clock.now = 2.0
    assert uploading.told() == "4 files: 2.0 MB sent (1.0 MB/s), 1.0 MB were there"

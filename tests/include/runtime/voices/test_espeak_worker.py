"""The process that espeak-ng runs in, asked as its client asks it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import espeakng_loader
import pytest

from include.runtime.voices import espeak_worker
from tests.include.runtime.pod import ROOT


def started(data_folder: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", espeak_worker.__name__, espeakng_loader.get_library_path(), data_folder]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    with started(espeakng_loader.get_data_path()) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline()) == {"rate_hz": 22050}
        yield process
        process.kill()


def answered(worker: subprocess.Popen[bytes], voice: str, *parts: str) -> tuple[dict[str, Any], bytes]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps({"voice": voice, "parts": parts}).encode() + b"\n")
    worker.stdin.flush()
    header = json.loads(worker.stdout.readline())
    return header, worker.stdout.read(header.get("bytes", 0))


def test_the_same_words_are_the_same_bytes_each_time(worker: subprocess.Popen[bytes]) -> None:
    header, pcm = answered(worker, "gmw/de", "Bienen tanzen.", "Sie summen.")
    assert header["bytes"] == len(pcm) > 22050
    first, second = header["starts"]
    assert 0 <= first < second < len(pcm) // 2
    assert [place for place, _ in header["words"]] == [0, 7, 15, 19]
    assert header["words"][2] == [15, second]
    assert answered(worker, "gmw/de", "Bienen tanzen.", "Sie summen.") == (header, pcm)


def test_a_voice_that_is_not_there_is_told_and_the_next_words_are_spoken(worker: subprocess.Popen[bytes]) -> None:
    header, pcm = answered(worker, "gmw/none", "Bienen")
    assert header == {"error": "espeak-ng has no voice 'gmw/none'"}
    assert pcm == b""
    assert answered(worker, "gmw/de", "Bienen")[1]


def test_it_ends_with_its_questions(worker: subprocess.Popen[bytes]) -> None:
    assert worker.stdin is not None
    worker.stdin.close()
    assert worker.wait(20) == 0


def test_without_its_data_it_does_not_start(tmp_path: Path) -> None:
    with started(str(tmp_path)) as process:
        output, errors = process.communicate(timeout=20)
    assert process.returncode != 0
    assert output == b""
    assert str(tmp_path).encode() in errors, "it names the folder"


def test_a_part_without_words_starts_where_the_next_one_does() -> None:
    words = [(0, 10), (6, 200), (10, 300)]
    assert espeak_worker.starts_of(["One", "?", "two three"], words, 500) == [10, 200, 200]
    assert espeak_worker.starts_of(["One", "!"], [(0, 10)], 500) == [10, 500]

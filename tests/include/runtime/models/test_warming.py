"""Models that are brought before a stage needs them, by the command that a pod runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract import environment
from include.contract.errors import ExitCode
from include.contract.keys import Domain, blob_key, model_name_key
from include.contract.model_cards import ModelCard, TransformersSettings, read_reference
from include.contract.values import StageKind
from include.runtime.models import file_locks
from include.runtime.models.arrival import Arrival
from include.runtime.models.asked import OwnModel
from include.runtime.models.download import PART_BYTES
from include.store.models import Models
from include.store.store import Store
from tests.include.runtime.models.arriving import put, weights
from tests.include.runtime.models.slow_store import slowed

PARTS, FREE_PARTS = 5, 2
NAMES = ("acme/writer@1", "acme/editor@2+int8")


@pytest.fixture
def store(s3: S3) -> Store:
    return Store(Domain(s3.bucket, "team/"), s3.connection())


@pytest.fixture
def cards(store: Store) -> dict[str, ModelCard]:
    """Two models that were added."""
    made = {}
    for seed, name in enumerate(NAMES):
        card = ModelCard(
            kind=StageKind.TEXT,
            settings=TransformersSettings(),
            files={"model.safetensors": put(store, weights(seed))},
            licence="MIT",
            commercial=True,
        )
        Models(store).keep(card)
        Models(store).name(read_reference(name), card)
        made[name] = card
    return made


def begun(s3: S3, tmp_path: Path, *arguments: str, store: str = "") -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "include.runtime", "models", "warm"]
    command += ["--store", store or f"s3://{s3.bucket}/team/", *arguments]
    told = {
        **s3.environment(),
        environment.CACHE: str(tmp_path / "cache"),
        environment.TERMINATION_LOG: str(tmp_path / "last-words"),
    }
    return subprocess.Popen(command, env=os.environ | told, stdout=subprocess.PIPE, text=True)


def lines(output: str) -> list[str]:
    return [json.loads(line)["message"] for line in output.splitlines()]


def test_a_stage_then_starts_without_a_download_and_without_hashing(
    s3: S3, store: Store, cards: dict[str, ModelCard], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, _ = (process := begun(s3, tmp_path, *NAMES)).communicate()
    assert process.returncode == ExitCode.OK, output
    assert [line.split(",")[0] for line in lines(output) if "is here" in line] == [f"{name} is here" for name in NAMES]
    monkeypatch.setenv(environment.CACHE, str(tmp_path / "cache"))
    words: list[str] = []
    for seed, (name, card) in enumerate(cards.items()):
        store.delete(blob_key(card.files["model.safetensors"].sha256))
        asked = OwnModel(read_reference(name).identity(card), store)
        located = asked.located(Arrival(words.append, scratch=tmp_path))
        assert located.files["model.safetensors"].read_bytes() == weights(seed)
    assert words == []


@pytest.mark.parametrize(
    ("arguments", "at", "code", "says"),
    [
        (["acme/gone@1", NAMES[0]], "", ExitCode.PERMANENT, "model acme/gone@1 is not in s3://"),
        (["builtin/gone", NAMES[0]], "", ExitCode.PERMANENT, "model `builtin/gone` is not registered"),
        (["builtin/gone@1", NAMES[0]], "", ExitCode.PERMANENT, "model builtin/gone@1: is in `builtin/`, which is for"),
        ([NAMES[0]], "s3://Wrong", ExitCode.PERMANENT, "'s3://Wrong' is no store; allowed: `s3://bucket`"),
    ],
)
def test_what_cannot_be_brought_is_told_and_keeps_no_other_away(
    s3: S3, cards: dict[str, ModelCard], tmp_path: Path, arguments: list[str], at: str, code: ExitCode, says: str
) -> None:
    output, _ = (process := begun(s3, tmp_path, *arguments, store=at)).communicate()
    assert process.returncode == code
    assert any(line.startswith(says) for line in lines(output))
    assert says.split("; ")[0] in json.loads((tmp_path / "last-words").read_text())["message"]
    assert any(line.startswith(f"{NAMES[0]} is here") for line in lines(output)) is not bool(at)


def test_a_name_that_was_altered_is_told_with_what_to_do(
    s3: S3, store: Store, cards: dict[str, ModelCard], tmp_path: Path
) -> None:
    altered = cards[NAMES[0]].model_copy(update={"licence": "GPL"})
    store.put(model_name_key("acme/writer", "1"), altered.model_dump_json().encode())
    output, _ = (process := begun(s3, tmp_path, NAMES[0])).communicate()
    assert process.returncode == ExitCode.PERMANENT
    (told,) = lines(output)
    assert "was altered by hand, or the card that belongs to it was removed" in told
    assert told.endswith(f"; remove the name (`atelier models remove {NAMES[0]}`), then add the model again")


def test_what_is_held_is_nobodys_to_remove_until_the_holder_is_asked_to_stop(
    s3: S3, cards: dict[str, ModelCard], tmp_path: Path
) -> None:
    note = tmp_path / "cache" / "models" / cards[NAMES[0]].files["model.safetensors"].sha256 / "note"
    with begun(s3, tmp_path, "--hold", NAMES[0]) as holder:
        assert holder.stdout is not None
        while "are held" not in holder.stdout.readline():
            assert holder.poll() is None
        with file_locks.surely_alone(note) as is_unused:
            assert not is_unused
        holder.send_signal(signal.SIGTERM)
        holder.stdout.read()
    assert holder.returncode == ExitCode.OK
    with file_locks.surely_alone(note) as is_unused:
        assert is_unused


def test_whoever_waited_for_a_download_that_was_killed_goes_on_with_what_it_had_brought(
    s3: S3, store: Store, tmp_path: Path
) -> None:
    body = os.urandom(PARTS * PART_BYTES - 7)
    card = ModelCard(
        kind=StageKind.TEXT,
        settings=TransformersSettings(),
        files={"model.safetensors": put(store, body)},
        licence="MIT",
        commercial=True,
    )
    Models(store).keep(card)
    Models(store).name(read_reference(NAMES[0]), card)
    folder = tmp_path / "cache" / "models" / card.files["model.safetensors"].sha256
    with slowed(s3.endpoint, PART_BYTES, FREE_PARTS) as slow:
        through = replace(s3, endpoint=slow.endpoint)
        with begun(through, tmp_path, NAMES[0]) as first:
            while _brought(folder) != set(range(FREE_PARTS)) or set(slow.asked) != set(range(PARTS)):
                assert first.poll() is None
                time.sleep(0.05)
            with begun(through, tmp_path, NAMES[0]) as second:
                assert second.stdout is not None
                waits = f"waiting for process {first.pid} of {os.uname().nodename}, which downloads model.safetensors"
                while waits not in second.stdout.readline():
                    assert second.poll() is None
                assert sorted(slow.asked) == list(range(PARTS)), "who waits asks for nothing"
                first.kill()
                first.wait()
                slow.release.set()
                output = second.stdout.read()
    assert second.returncode == ExitCode.OK, output
    assert sorted(slow.asked[PARTS:]) == list(range(FREE_PARTS, PARTS))
    assert (folder / "file").read_bytes() == body
    assert not (folder / "partial").exists()
    assert [line.split(",")[0] for line in lines(output)][-1] == f"{NAMES[0]} is here"


def _brought(folder: Path) -> set[int]:
    """Numbers of the parts that a download has noted."""
    noted = folder / "partial.parts"
    return {int(line) for line in noted.read_text().splitlines()[1:]} if noted.exists() else set()

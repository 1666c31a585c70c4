"""How many items are made at once: as many as processors and memory allow, and fewer when memory runs out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Lock

import pytest

from atelier.testing.s3 import S3
from include.contract.artifacts import artifact_of
from include.contract.errors import AtelierError, DeviceOutOfMemory, HostOutOfMemory
from include.contract.keys import progress_key
from include.contract.params import ClipStillParams
from include.contract.registry import recipes
from include.contract.values import StageKind
from include.runtime.lookup import LookedUp, resolve
from include.runtime.side_by_side import item_mib, room_for
from include.runtime.stage import ItemResult, Work
from tests.include.runtime.desk import Desk, WordsStage, eventually
from tests.include.runtime.led import WAIT_S, Led, has, pictures, running
from tests.include.runtime.pod import Pod, wait_for

MIB = 1 << 20


@pytest.mark.parametrize(("tries", "most"), [(2, 2), (3, 2), (1, 4)])
def test_after_a_try_that_was_killed_half_as_many_are_made_at_once(
    desk: Desk, s3: S3, tmp_path: Path, at_once: Callable[[int], None], tries: int, most: int
) -> None:
    at_once(4)
    request, stage = pictures(desk, 5), Led()
    pod = Pod(s3, tmp_path, seconds=3600.0)
    pod.environment["WORDS_AT_ONCE"] = "4"
    process = pod.start(desk, request)
    wait_for(process, "computing honey-bees/0")
    assert eventually(lambda: desk.store.get(progress_key(request.run, request.sha256(), 1)) is not None, WAIT_S)
    process.kill()
    process.communicate()
    desk.attempt = tries
    with running(desk, request, stage) as attempt:
        assert eventually(lambda: len(stage.in_hand) == most, WAIT_S)
        for number in range(1, 6):
            stage.tell(number)
        attempt.result()
    assert stage.most == most


@pytest.mark.parametrize("error", [DeviceOutOfMemory, MemoryError])
def test_out_of_memory_has_fewer_made_at_once_and_makes_all(
    desk: Desk, at_once: Callable[[int], None], error: type[Exception]
) -> None:
    at_once(4)
    stage, request = Led(), pictures(desk, 8)
    with running(desk, request, stage) as attempt:
        assert has(stage, 1, 2, 3, 4)
        stage.tell(3, error("too much"))
        stage.tell(4, error("too much"))
        assert has(stage, 1, 2)
        stage.tell(1)
        assert eventually(lambda: len(stage.in_hand) == 2 and 1 not in stage.in_hand, WAIT_S)
        for number in range(2, 9):
            stage.tell(number)
        manifest = attempt.result()
    assert manifest.counts.made == 8
    assert manifest.fitting_batch_size == 2
    assert sorted(stage.began) == [1, 2, 3, 3, 4, 4, 5, 6, 7, 8]


def test_one_that_ran_out_of_memory_beside_others_is_not_blamed_when_it_is_the_last_to_say_so(
    desk: Desk, at_once: Callable[[int], None]
) -> None:
    at_once(2)
    began, most = Barrier(2, timeout=WAIT_S), [0]
    lock = Lock()

    class Large(WordsStage):
        """Two do not fit beside each other."""

        in_hand = 0

        def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
            with lock:
                self.in_hand += 1
            try:
                if not most[0]:
                    began.wait()
                    most[0] = 1
                    raise DeviceOutOfMemory("too much")
                assert self.in_hand == 1
                return super().process(batch)
            finally:
                with lock:
                    self.in_hand -= 1

    manifest = desk.run(pictures(desk, 3), Large())
    assert (manifest.counts.made, manifest.fitting_batch_size) == (3, 1)


@pytest.mark.parametrize(
    ("error", "raised", "told"),
    [
        (DeviceOutOfMemory("too much"), DeviceOutOfMemory, r"item honey-bees/02 .* even alone, .*\(too much\)"),
        (MemoryError("too much"), HostOutOfMemory, "the host's memory does not suffice: too much"),
    ],
)
def test_one_that_has_no_room_even_alone_ends_the_attempt(
    desk: Desk, at_once: Callable[[int], None], error: Exception, raised: type[AtelierError], told: str
) -> None:
    at_once(2)
    stage = Led()
    with running(desk, pictures(desk, 4), stage) as attempt:
        assert has(stage, 1, 2)
        stage.tell(2, error)
        assert has(stage, 1)
        stage.tell(1)
        assert has(stage, 2)
        stage.tell(2, error)
        with pytest.raises(raised, match=told):
            attempt.result()
    assert stage.made == ["honey-bees/01"]
    assert len(desk.records(StageKind.IMAGE)) == 1


@pytest.mark.parametrize(
    ("processors", "free_mib", "at_once", "each_mib", "room"),
    [
        (8, 4000, 16, 100, 8),
        (8, 4000, 4, 100, 4),
        (8, 350, 16, 100, 3),
        (8, 50, 16, 100, 1),
        (1, 4000, 16, 100, 1),
        (8, 4000, 16, 0, 8),
    ],
)
def test_processors_and_memory_of_the_cgroup_decide_how_many_there_is_room_for(
    roomy: None, tmp_path: Path, processors: int, free_mib: int, at_once: int, each_mib: int, room: int
) -> None:
    folder = tmp_path / "cgroup"
    folder.mkdir()
    (tmp_path / "own").write_text("0::/\n")
    contents = {
        "cpu.max": f"{processors}00000 100000\n",
        "memory.max": f"{(free_mib + 300) * MIB}\n",
        "memory.current": f"{400 * MIB}\n",
        "memory.stat": f"inactive_file {100 * MIB}\n",
    }
    for name, content in contents.items():
        (folder / name).write_text(content)
    assert room_for(at_once, each_mib, folder, tmp_path / "own") == room


def test_the_largest_item_decides_what_one_takes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = replace(recipes()["image.scene"], at_once=4, item_mib=lambda params: params.short_side_px // 10)
    monkeypatch.setitem(recipes(), "image.scene", recipe)
    request = pictures(desk, 2)
    missing = [LookedUp(each, None) for each in resolve(request, desk.store).wanted]
    assert item_mib(request, missing) == missing[0].wanted.order.params.short_side_px // 10  # type: ignore[attr-defined]
    assert item_mib(request, []) == 0


def test_a_clip_takes_what_the_decoder_of_each_film_takes_that_it_shows(desk: Desk) -> None:
    request = pictures(desk, 1).model_copy(update={"recipe": "clip.still"})
    (found,) = (LookedUp(each, None) for each in resolve(pictures(desk, 1), desk.store).wanted)
    order = found.wanted.order.model_copy(update={"params": ClipStillParams()})

    def taken_mib(*names: str) -> int:
        inputs = tuple(artifact_of(name, b"", "video/mp4") for name in names)
        return item_mib(request, [replace(found, wanted=replace(found.wanted, order=order, inputs=inputs))])

    still = taken_mib("image", "image_before")
    assert taken_mib("image", "own") - still == 350
    assert taken_mib("image", "own", "image_before", "own_before") - still == 700

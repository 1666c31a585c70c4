"""Pictures that move are clips: each of their frames for as long as it says, again as often as they say."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from include.contract.errors import CorruptInput
from include.contract.media_limits import MediaLimits
from include.runtime.own.clips import clip_answer, first_picture_answer
from tests.include.runtime.own.test_clips import asked

SIZE = (128, 72)
LUMA = {81: "r", 63: "r", 41: "b", 32: "b", 235: "w", 16: "k"}
"""Of red, blue, white and black."""
FORMS = ("GIF", "PNG", "WEBP")


def moving(
    form: str,
    pictures: Sequence[Image.Image] | None = None,
    shown_ms: int | Sequence[int] = 100,
    size: tuple[int, int] = SIZE,
    **settings: object,
) -> bytes:
    """A red, a blue and a white picture one after another, unless there are others."""
    first, *more = pictures or [Image.new("RGB", size, name) for name in ("red", "blue", "white")]
    body = io.BytesIO()
    exact = {"lossless": True, "kmax": 1, "kmin": 0} if form == "WEBP" else {}
    first.save(body, form, save_all=True, append_images=more, duration=shown_ms, **exact, **settings)
    return body.getvalue()


def frames(
    body: bytes, most: int = 20, fps: int = 10, skip: int = 0, limits: MediaLimits | None = None
) -> tuple[dict[str, object], list[NDArray[np.uint8]]]:
    """What is told, and the luma of each frame."""
    told, *planes = clip_answer(io.BytesIO(body), asked(limits, fps=fps, skip=skip, frames=most))
    assert isinstance(told, dict)
    bodies = [each for each in planes if isinstance(each, bytes)]
    lumas = [np.frombuffer(each, np.uint8)[: 128 * 72].reshape(72, 128) for each in bodies]
    return told, lumas


def seen(body: bytes, most: int = 20, fps: int = 10, skip: int = 0) -> str:
    return "".join(LUMA[int(each[36, 20])] for each in frames(body, most, fps, skip)[1])


@pytest.mark.parametrize("form", FORMS)
def test_each_frame_is_seen_for_as_long_as_it_says(form: str) -> None:
    body = moving(form, shown_ms=[100, 400, 200], loop=0)
    assert seen(body, 7) == "rbbbbww"
    assert seen(body, 14, fps=20) == "rrbbbbbbbbwwww"
    assert seen(body, 4, skip=5) == "wwrb"


@pytest.mark.parametrize(
    ("form", "loop", "plays"),
    [("GIF", None, 1), ("GIF", 1, 2), ("GIF", 2, 3), ("PNG", 1, 1), ("PNG", 2, 2), ("WEBP", 1, 1), ("WEBP", 3, 3)],
)
def test_it_is_played_as_often_as_it_says_and_ends(form: str, loop: int | None, plays: int) -> None:
    body = moving(form, **({} if loop is None else {"loop": loop}))
    assert seen(body) == "rbw" * plays
    assert frames(body)[0]["duration_s"] == pytest.approx(0.3 * plays)


@pytest.mark.parametrize("form", FORMS)
def test_one_that_never_ends_is_repeated_for_as_long_as_it_is_asked_for(form: str) -> None:
    body = moving(form, loop=0)
    assert seen(body, 20) == ("rbw" * 7)[:20]
    told, _ = frames(body)
    assert (told["duration_s"], told["form"], told["is_moving_picture"]) == (None, form, True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shown_ms", [0, 10])
def test_frames_that_no_eye_would_see_are_seen_for_as_long_as_in_browsers(form: str, shown_ms: int) -> None:
    assert seen(moving(form, shown_ms=shown_ms, loop=0), 6) == "rbwrbw"


def test_what_an_apng_shows_where_nothing_moves_is_not_one_of_its_frames() -> None:
    pictures = [Image.new("RGB", SIZE, name) for name in ("black", "red", "blue")]
    assert seen(moving("PNG", pictures, loop=0, default_image=True), 4) == "rbrb"


@pytest.mark.parametrize(("form", "settings"), [("GIF", {"disposal": 2}), ("PNG", {"disposal": 1}), ("WEBP", {})])
def test_where_it_is_transparent_it_shows_the_looks_colour(form: str, settings: dict[str, object]) -> None:
    pictures = []
    for at in (0, 40, 80):
        picture = Image.new("RGBA", SIZE, (0, 0, 0, 0))
        picture.paste((255, 0, 0, 255), (at, 0, at + 40, 72))
        picture.paste((0, 0, 0, 0), (at + 10, 50, at + 30, 72))
        picture.paste((255, 0, 0, 255), (0, 0, 128, 6))
        pictures.append(picture)
    body = moving(form, pictures, loop=0, **settings)
    _, found = frames(body, 5)
    green, red = (int(each) for each in (found[0][36, 60], found[0][36, 20]))
    assert (red, green) == (pytest.approx(63, abs=20), pytest.approx(139, abs=3))
    for number, each in enumerate(found):
        row = [int(each[36, at]) for at in (20, 60, 100)]
        assert row == [red if at == number % 3 else green for at in range(3)]
    _, pixels = first_picture_answer(io.BytesIO(body), asked())
    picture = np.frombuffer(pixels, np.uint8).reshape(72, 128, 3)  # type: ignore[arg-type]
    assert picture[36, 60].tolist() == pytest.approx([0, 200, 0], abs=3)
    assert picture[36, 20].tolist() == pytest.approx([255, 0, 0], abs=3)


@pytest.mark.parametrize("form", FORMS)
def test_a_still_picture_is_no_clip(form: str) -> None:
    body = io.BytesIO()
    Image.new("RGB", SIZE, "red").save(body, form)
    with pytest.raises(CorruptInput) as caught:
        frames(body.getvalue())
    allowed = "allowed: a film, or a picture that moves; name it as `image`"
    assert str(caught.value) == f"the clip is a {form} that does not move; {allowed}"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_one_that_was_cut_short_is_refused(form: str, share: float) -> None:
    noise = [Image.effect_noise(SIZE, 80 + 20 * number) for number in range(3)]
    body = moving(form, noise, loop=0)
    with pytest.raises(CorruptInput, match=r"^the clip: does not decode as a picture: found .*, damaged or cut short"):
        frames(body[: round(len(body) * share)])


@pytest.mark.parametrize(
    "damage",
    [
        lambda body, at: body[:at] + b"\x21\xf9\x01\0\0" + body[at + 8 :],
        lambda body, at: body[: at + 8] + b"\x2c\0\0\0",
        lambda body, at: body[:10] + bytes([body[10] & 0x7F]) + body[11:],
    ],
    ids=["extension", "descriptor", "palette"],
)
def test_a_gif_whose_parts_are_too_short_is_refused(damage: Callable[[bytes, int], bytes]) -> None:
    body = moving("GIF", loop=0)
    second = body.index(b"\x21\xf9\x04", body.index(b"\x21\xf9\x04") + 1)
    with pytest.raises(CorruptInput, match=r"^the clip: .*: found GIF, damaged or cut short; allowed: GIF, PNG, WebP"):
        frames(damage(body, second))


@pytest.mark.parametrize(
    ("body", "limits", "said"),
    [
        (moving("GIF", size=(16, 16)), {}, "the clip is 16x16 px; allowed: at least 32 px each way"),
        (moving("PNG", size=(2000, 1000)), {"picture_megapixels": 1}, "found 2000x1000 px, 2 megapixels; allowed: at"),
        (moving("GIF", shown_ms=4000), {"clip_s": 10}, "the clip moves for 12 s; allowed by the deployment: at most"),
    ],
)
def test_one_beyond_the_deployments_limits_is_refused(body: bytes, limits: dict[str, int], said: str) -> None:
    with pytest.raises(CorruptInput) as caught:
        frames(body, limits=MediaLimits(**limits))
    assert said in str(caught.value)

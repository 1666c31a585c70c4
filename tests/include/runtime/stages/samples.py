"""Items that the built-in stages can make, small and quick, and some that they cannot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from atelier.testing import Sample
from include.contract.digital_source import DigitalSource
from tests.include.runtime.cards.parts import FULL, said
from tests.include.runtime.composition.media import clip_inputs, film_inputs, picture, story_inputs
from tests.include.runtime.illustrator.parts import look
from tests.include.runtime.pages.parts import LOOK, article_of, draw
from tests.include.runtime.podcast.parts import LINES, inputs_of

SCENES = [{"narration": "Bees fly far.", "image_prompt": "bees"}]
SECTIONS = [{"heading": "At night", "text": "The dough rests.", "image_prompt": "dough", "image_alt": "Dough"}]
TWO_LINES = [{"speaker": 1, "text": "Hallo!"}, {"speaker": 2, "text": "Guten Abend."}]
UNWRITTEN: Mapping[str, Any] = {"topic": "Warum Brot duftet", "language": "de"}
"""No built-in model writes German."""


def samples_of(recipe: str, folder: Path) -> list[Sample]:
    """Items of the recipe; what they read is made in `folder`."""
    return _SAMPLES[recipe](folder)


def broken_of(recipe: str) -> list[Sample]:
    """Items that the recipe cannot make, besides those with a broken input."""
    return _BROKEN.get(recipe, [])


def _card(folder: Path) -> list[Sample]:
    inputs = {
        "script": said("Ceramic Mug Aurora", **FULL).model_dump_json(),
        "digital_source": DigitalSource.ALGORITHMIC,
        "image/01": picture(folder / "picture.png", (1080, 1080)),
    }
    return [Sample(inputs, {"formats": ["square"]})]


def _page(folder: Path) -> list[Sample]:
    inputs = {
        "script": article_of("Bread").model_dump_json(),
        "look": LOOK.model_dump_json(),
        "digital_source": DigitalSource.ALGORITHMIC,
        "image/01": draw(folder / "01.png", (1000, 562), 1),
    }
    return [Sample(inputs)]


def _scene(folder: Path) -> list[Sample]:
    drawn = look("bees").model_dump_json()
    return [
        Sample({"image_prompt": prompt, "look": drawn}, {"short_side_px": 240})
        for prompt in ("A bee at a sunflower", "A castle by the lake")
    ]


def _clip(folder: Path) -> list[Sample]:
    """Scenes by themselves; `test_clip_still` has what lies between them."""
    clips = clip_inputs(story_inputs(folder / "in", duration_s=0.8))
    tiny = {"short_side_px": 240, "scene_pause_s": 0.4, "fps": 10, "transition": "cut"}
    return [Sample(clips[name], tiny) for name in ("01", "02")]


def _film(folder: Path) -> list[Sample]:
    story = story_inputs(folder / "in", duration_s=0.8)
    # Then the title card says so, and has no other variant.
    story["digital_source"].write_text(DigitalSource.TRAINED)
    return [Sample(film_inputs(story, folder / "clips"), {"music": True, "edit": True})]


def _episode(folder: Path) -> list[Sample]:
    return [Sample(inputs_of(folder / "in", LINES[:1]), {"language": "de"})]


_SAMPLES = {
    "script.narrated": lambda _: [Sample(params={"scenes": 1, "script": {"scenes": SCENES}})],
    "article.sections": lambda _: [Sample(params={"sections": 1, "article": {"title": "Bread", "sections": SECTIONS}})],
    "script.dialogue": lambda _: [Sample(params={"language": "de", "dialogue": {"lines": TWO_LINES}})],
    "caption.product": lambda _: [Sample(params={"product": {"name": name}}) for name in ("Mug", "Lamp")],
    "image.scene": _scene,
    "image.upscale": lambda folder: [Sample({"image": draw(folder / "in.png", (60, 40))}, {"factor": 2})],
    "image.card": _card,
    "speech.narration": lambda _: [
        Sample({"narration": "Bees matter, and they hum."}),
        Sample({"narration": "Bienen zählen."}, {"language": "de"}),
        Sample({"narration": "Привет, bees!"}),
    ],
    "speech.dialogue": lambda _: [
        Sample({"line": f'{{"speaker": {speaker}, "text": "Bees matter."}}'}) for speaker in (1, 2)
    ],
    "clip.still": _clip,
    "video.narrated": _film,
    "audio.podcast": _episode,
    "page.article": _page,
}
_BROKEN = {
    "script.narrated": [Sample(params=UNWRITTEN)],
    "article.sections": [Sample(params=UNWRITTEN)],
    "script.dialogue": [Sample(params=UNWRITTEN)],
    "caption.product": [Sample()],
}

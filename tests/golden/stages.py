"""What the golden recipes make: words, at once, and the same ones everywhere. Never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import cast

from pydantic import JsonValue

from include.contract.errors import AtelierError, DeviceOutOfMemory, RejectedContent
from include.runtime.stage import ItemResult, Output, Stage, Work
from tests.golden.recipes import GoldenPictureParams, GoldenScriptParams

DEVICE_TAKES = 2
"""Items at once."""
TEXT_TYPE, JSON_TYPE = "text/plain", "application/json"


class GoldenScript(Stage):
    """Writes as many prompts as the brief has scenes; all are the same where the topic is one word."""

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        if len(batch) > DEVICE_TAKES:
            raise DeviceOutOfMemory("the device takes two at once")
        return [self._script(work) for work in batch]

    def _script(self, work: Work) -> ItemResult:
        params = cast(GoldenScriptParams, work.params)
        topic = params.topic or ""
        script = {"title": topic, "description": f"About {topic}, {params.mood.value}.", "scenes": params.scenes}
        words = topic.split()
        prompts = {
            f"image_prompt/{number:02d}": words[(number - 1) % len(words)] for number in range(1, params.scenes + 1)
        }
        look = json.dumps({"light": params.mood.value, "pace": params.pace})
        return _product(
            work, {"title": topic, **prompts}, {"script": json.dumps(script, ensure_ascii=False), "look": look}
        )


class GoldenPicture(Stage):
    """Draws a prompt in capitals."""

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        return [self._picture(work) for work in batch]

    def _picture(self, work: Work) -> ItemResult:
        prompt, look = work.inputs["image_prompt"].read_text("utf-8"), work.inputs["look"].read_text("utf-8")
        aspect = cast(GoldenPictureParams, work.params).aspect.value
        return _product(work, {"image": f"{prompt.upper()}\n{look}\n{aspect}\ntake {work.variation}\n"}, {})


class GoldenCard(Stage):
    """Puts a title above its pictures; refuses wax."""

    def process(self, batch: Sequence[Work]) -> list[ItemResult | AtelierError]:
        return [self._card(work) for work in batch]

    def _card(self, work: Work) -> ItemResult | AtelierError:
        title = work.inputs["title"].read_text("utf-8")
        if title == "Wax":
            return RejectedContent("wax is refused")
        pictures = {name.partition("/")[2]: path for name, path in work.inputs.items() if name.startswith("image/")}
        leaves = {f"leaf/{number}": path.read_text("utf-8") for number, path in pictures.items()}
        sound = f"with {work.inputs['music'].stat().st_size} bytes of music\n" if "music" in work.inputs else ""
        return _product(work, {"card": f"{title}\n{len(leaves)} leaves\n{sound}", **leaves}, {})


def _product(work: Work, texts: Mapping[str, str], documents: Mapping[str, str]) -> ItemResult:
    """After some milliseconds of work, which records tell; its attributes are the item's first seeds."""
    hashlib.pbkdf2_hmac("sha256", b"gold", b"honey", 20_000)
    outputs = [_output(work, name, text, JSON_TYPE) for name, text in documents.items()]
    outputs += [_output(work, name, text, TEXT_TYPE) for name, text in texts.items()]
    seeds: dict[str, JsonValue] = {"seeds": [work.seed(0), work.seed(1)]}
    return ItemResult(tuple(outputs), seeds)


def _output(work: Work, name: str, text: str, media_type: str) -> Output:
    path = work.scratch / name.replace("/", "-")
    path.write_text(text, "utf-8")
    return Output(name, path, media_type)

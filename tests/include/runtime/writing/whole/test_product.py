from __future__ import annotations

from typing import Any

import pytest

from include.contract.brief import Product
from include.contract.errors import RejectedContent
from include.runtime.writing.telling import Origin
from include.runtime.writing.whole.product import ProductAssignment, ProductWords, WholeProduct
from tests.include.runtime.writing.whole.parts import ScriptedEngine, author, said_by

PROMPT = "A blue ceramic mug with a wide handle on a wooden table by a window"
WORDS: dict[str, Any] = {
    "caption": "A wide mug in the blue of the northern sky, for slow mornings.",
    "image_prompt": PROMPT,
}
LONG = "A mug of stoneware, thrown by hand. " * 8


def written(engine: ScriptedEngine, language: str = "en", prompted: str = "en", **product: Any) -> ProductWords:
    found = Product.model_validate({"name": "Ceramic Mug Aurora", **product})
    return WholeProduct(ProductAssignment(found, language, prompted, 0), author(engine)).write()


@pytest.mark.parametrize("product", [{}, {"description": LONG, "brand": "Nordlys"}])
def test_caption_and_prompt_are_written_of_what_the_catalogue_says(product: dict[str, Any]) -> None:
    engine = ScriptedEngine(WORDS)
    found = written(engine, **product)
    assert (found.caption, found.image_prompt) == (WORDS["caption"], PROMPT)
    assert found.origins == {"caption": Origin.MODEL, "image_prompt/01": Origin.MODEL}
    assert "Ceramic Mug Aurora" in said_by(engine.prompts[0])


def test_a_description_that_fits_is_the_caption_word_for_word() -> None:
    engine = ScriptedEngine({"image_prompt": PROMPT})
    found = written(engine, description="Mug * blue * 100 % clay")
    assert (found.caption, found.origins["caption"]) == ("Mug * blue * 100 % clay", Origin.GIVEN)
    assert list(engine.prompts[0].schema["properties"]) == ["image_prompt"]  # type: ignore[index,arg-type,call-overload]


@pytest.mark.parametrize(
    ("broken", "mistake"),
    [
        ({**WORDS, "caption": f"{WORDS['caption']} " * 3}, "caption: has .* characters; allowed: at most 140"),
        ({**WORDS, "caption": f"**{WORDS['caption']}**"}, r"caption: has markup: '\*'"),
        ({**WORDS, "caption": "A wide mug in the blue of"}, "caption: breaks off"),
        ({**WORDS, "image_prompt": "mug"}, "image_prompt/01: has 1 words"),
    ],
)
def test_what_does_not_fit_a_card_is_refused(broken: dict[str, Any], mistake: str) -> None:
    with pytest.raises(RejectedContent, match=mistake):
        written(ScriptedEngine(broken))


def test_wide_letters_count_twice_as_on_the_card() -> None:
    caption = "像北方天空一样蓝的宽口杯，适合慢慢开始的早晨。" * 4
    with pytest.raises(RejectedContent, match="caption: is 184 columns wide; allowed: 140"):
        written(ScriptedEngine({"caption": caption, "image_prompt": PROMPT}), language="zh-Hans")

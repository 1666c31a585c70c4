"""Articles and pictures for the tests of pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from include.contract.article import Article
from include.contract.digital_source import DigitalSource
from include.contract.labels import Labelling
from include.contract.look import Light, Look, Palette
from include.runtime.labels.label import label_of
from include.runtime.pages.page import PageContent
from include.runtime.pages.pictures import make_picture

LOOK = Look(hero="bread", palette=Palette.DESERT, light=Light.DAY, seed=7)
HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)> {{ 7 * 7 }} {% include "x" %}',
    "' onload='alert(1) &lt;b&gt; &amp; \u202e --> <!-- ]]>",
    "[x](javascript:alert(1)) ![y](https://evil.example/p.png) `code` **b** _i_ ~~s~~ $x$ | a |",
    "# not a heading",
    "- not a list",
    "12) not a list either",
    "=== #",
    "<https://evil.example> &copy; \\",
    "not\tcode\n    nor\u2028lines",
)
"""Text that means something to HTML, attributes, scripts, templates or Markdown."""


def article_of(*texts: str, **parts: Any) -> Article:
    """An article with a section for each of `texts`, which stand in all of its parts."""
    sections = [
        {"heading": text, "paragraphs": [text, text], "image_prompt": "x", "image_alt": text, "image_caption": text}
        for text in texts
    ]
    return Article.model_validate({"title": texts[0], "summary": texts[-1], "sections": sections, **parts})


def draw(path: Path, size_px: tuple[int, int] = (640, 360), hue: int = 0) -> Path:
    """A drawing with soft and hard edges, the same each time."""
    width_px, height_px = size_px
    across, down = np.meshgrid(np.linspace(0, 1, width_px), np.linspace(0, 1, height_px))
    disc = ((across - 0.6) ** 2 + (down - 0.4) ** 2 < 0.05) * 90
    planes = [120 + 100 * across, 80 + 120 * down + disc, np.full_like(across, 40.0 + hue)]
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.stack(planes, axis=-1).clip(0, 255).astype(np.uint8)).save(path, "PNG")
    return path


def story_of(
    article: Article,
    folder: Path,
    language: str = "en",
    size_px: tuple[int, int] = (640, 360),
    labelling: Labelling = Labelling.SHOWN,
) -> PageContent:
    """`article` with a picture for each section, made in `folder`."""
    numbers = [f"{number:02d}" for number in range(1, len(article.sections) + 1)]
    pictures = tuple(
        make_picture(draw(folder / f"{number}.png", size_px, int(number)), number, folder) for number in numbers
    )
    label = label_of(DigitalSource.ALGORITHMIC, language, labelling)
    return PageContent(article, LOOK, language, pictures, label)

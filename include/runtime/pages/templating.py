"""The templates of every page: what they print is escaped, and an undefined name is an error."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from include.runtime.languages.breaks import word_breaks


def templates_in(folder: Path) -> Environment:
    """The templates of `folder`, which may use the filters `short_clock` and `phrased`."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["short_clock"] = short_clock
    environment.filters["phrased"] = phrased
    return environment


def phrased(text: str, language: str) -> Markup:
    """`text` escaped, with `<wbr>` where its words part without a blank; style sheets forbid all other such breaks."""
    places = [0, *word_breaks(text, language), len(text)]
    return Markup("<wbr>").join(text[start:end] for start, end in pairwise(places))


def short_clock(time_s: float) -> str:
    """`1:05`, or `1:01:05` from an hour on."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"

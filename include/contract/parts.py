"""How many numbered outputs a text recipe will make for a brief, as far as that is known in advance."""

from __future__ import annotations

from collections.abc import Mapping

from include.contract.brief import Brief


def parts_of_script(brief: Brief) -> Mapping[str, int]:
    """A narrated script's."""
    return {"narration": brief.scenes, "image_prompt": brief.scenes}


def parts_of_article(brief: Brief) -> Mapping[str, int]:
    """An article's: a picture for each section."""
    return {"image_prompt": brief.sections}


def parts_of_product(brief: Brief) -> Mapping[str, int]:
    """A product's."""
    return {"image_prompt": 1}


def parts_of_dialogue(brief: Brief) -> Mapping[str, int]:
    """A conversation's: one picture, and the brief's own lines, or those that will be written.

    Written are a greeting of two lines, two for each question and for a closing one, and a farewell.
    """
    brought = (brief.dialogue and brief.dialogue.lines) or ()
    return {"image_prompt": 1, "line": len(brought) or 2 + 2 * (brief.questions + 1) + 1}

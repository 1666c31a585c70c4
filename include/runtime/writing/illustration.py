"""What is to be seen: an image prompt that names the subject, the things that a narration mentions, and a place."""

from __future__ import annotations

from include.runtime.writing.nouns import nouns
from include.runtime.writing.text_model import Question, TextModel
from include.runtime.writing.words import shortened, words

PLACES = (
    "in a flower meadow", "in a garden", "in a forest", "by the sea", "under the water", "on a river bank",
    "in the mountains", "in the desert", "on a farm", "in a village", "on a city street", "in a kitchen",
    "at a market", "in a school", "in a workshop", "in a house", "under the night sky", "in the open sky",
    "in the snow", "in a field", "in a park", "in a laboratory",
)  # fmt: skip
"""None names a light: the look sets it, for all scenes of a piece."""

_LONGEST_TAKEN_CHARACTERS = 240
_MOST_THINGS = 3
_STALE = 1.5
"""How much less likely a place is made in the next scene, as a natural logarithm."""
_FRAMES = (("Where do we see this?\n{told}", "We see {name}"), ("{told}", "This is a photo of {name}"))
_NEUTRAL = {"told": "Some text.", "name": "it"}


class Illustration:
    """Finds the place of each scene by what the model holds likely; how likely each place is anyway is asked once."""

    def __init__(self, model: TextModel) -> None:
        self._model = model
        self._anyway = self._log_probabilities(_NEUTRAL)

    def prompt(self, narration: str, name: str, before: str = "") -> tuple[str, str]:
        """Image prompt for an English narration, and its place.

        :param name: what the piece is about; may be empty.
        :param before: place of the scene before, which is chosen again only if it fits much better.
        """
        things = listed_things(narration, name)
        place = self._place(narration, name or things[0], before) if name or things else ""
        named = [name, *things] if name else list(things)
        listed = f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else "".join(named)
        return f"{listed} {place}".strip() or taken_prompt(narration, "en"), place

    def _place(self, narration: str, name: str, before: str) -> str:
        """The place that the narration makes likelier by most (pointwise mutual information)."""
        here = self._log_probabilities({"told": narration, "name": name})
        gains = {place: here[place] - self._anyway[place] - _STALE * (place == before) for place in PLACES}
        return max(gains, key=lambda place: gains[place])

    def _log_probabilities(self, words: dict[str, str]) -> dict[str, float]:
        totals = dict.fromkeys(PLACES, 0.0)
        for ask, opening in _FRAMES:
            question = Question(ask.format(**words), opening.format(**words))
            for place, found in zip(
                PLACES,
                self._model.log_probabilities(question, [f" {place}" for place in PLACES]),
                strict=True,
            ):
                totals[place] += found
        return totals


def listed_things(narration: str, name: str) -> tuple[str, ...]:
    """Up to three things that an English narration names, those of `name` left out."""
    known = {word.casefold().removesuffix("s") for word in words(name)}
    return tuple([thing for thing in nouns(narration) if thing.removesuffix("s") not in known][:_MOST_THINGS])


def taken_prompt(narration: str, language: str) -> str:
    """An image prompt in the words of the narration, in any language: the illustrator finds the things in it."""
    return shortened(narration, _LONGEST_TAKEN_CHARACTERS, language)

"""What is seen: an image prompt for a narration, written by the model or taken from the words themselves."""

from __future__ import annotations

from include.runtime.writing.quality import likeness
from include.runtime.writing.text_model import Question
from include.runtime.writing.words import key_words, shortened, words

_LONGEST_TAKEN_CHARACTERS = 240
_MOST_TAKEN_WORDS = 8
_EXAMPLES = (
    (
        "Rain falls on the hills, and little streams begin to flow.",
        "a small stream between green hills under rain clouds",
    ),
    (
        "The baker gets up early, while the town is still asleep.",
        "a baker with fresh bread in a warm kitchen at dawn",
    ),
    (
        "Owls hunt at night. Their soft feathers make no sound.",
        "an owl gliding over a dark forest under the moon",
    ),
)


def picture_question(narration: str, subject: str) -> Question:
    """Ask for the picture to an English narration."""
    shown = "\n".join(f"Narration: {told}\nPicture: {seen}" for told, seen in _EXAMPLES)
    ask = f"Name what the picture shows: who or what, where, in which light.\n{shown}\nNarration: {narration}\nPicture:"
    return Question(ask, "", sentences=1, max_tokens=24, temperature=0.3)


def prompt_roughness(prompt: str, narration: str, subject: str) -> float:
    """How far a prompt is from naming what is told: strays from it, repeats it word by word, or is an example."""
    seen = {word for _, picture in _EXAMPLES for word in key_words(picture, "en")}
    own = {word.casefold() for word in key_words(prompt, "en")}
    told = {word.casefold() for word in key_words(f"{narration} {subject}", "en")}
    copied = len(own & seen - told)
    return (
        0.5 * copied - 1.5 * likeness(prompt, f"{narration} {subject}") + 0.05 * abs(len(words(prompt)) - 9)
    )


def taken_prompt(narration: str, language: str) -> str:
    """An image prompt in the words of the narration: an illustrator finds the things that it names."""
    return shortened(narration, _LONGEST_TAKEN_CHARACTERS)


def listed_prompt(narration: str, subject: str) -> str:
    """The things that an English narration names, the subject first."""
    known = {word.casefold() for word in key_words(subject, "en")}
    things = [word for word in key_words(narration, "en") if word.casefold() not in known]
    return (
        ", ".join([subject, *things[:_MOST_TAKEN_WORDS]])
        if subject
        else ", ".join(things[:_MOST_TAKEN_WORDS])
    )

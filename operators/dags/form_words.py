"""The trigger form's titles and help, in words that suit what the content type makes."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from include.contract.article import MAX_SECTIONS, DraftSection
from include.contract.brief import MAX_SCENES, DraftScene
from include.contract.content_types import ContentType
from include.contract.dialogue import MAX_QUESTIONS, DraftDialogue
from include.contract.registry import recipe_named
from include.contract.values import StageKind
from operators.briefs.dates import DAY


@dataclass(frozen=True)
class ContentWords:
    """What one brief becomes, in words."""

    name: str
    aspect: str
    ready: str = ""
    """What a brief may bring ready-made, with an article."""
    voice: str = ""
    music: str = ""


_PIECES = {
    "script.narrated": ContentWords(
        name="film",
        aspect="Shape of the film: 16:9 for players and televisions, 9:16 for phones, 1:1 for feeds.",
        ready="a script",
        voice="Who narrates it.",
        music="Plays under the voice.",
    ),
    "script.dialogue": ContentWords(
        name="episode",
        aspect="Shape of the cover; podcast apps show a square one.",
        ready="a dialogue",
        voice="The voice of the one who starts.",
        music="Plays before and after the conversation.",
    ),
    "article.sections": ContentWords(name="article", aspect="Shape of its pictures.", ready="an article"),
    "caption.product": ContentWords(
        name="card", aspect="Shape of the drawn picture; the content type sets the formats of the cards."
    ),
}
_ANY_PIECE = ContentWords(name="piece", aspect="Shape of its pictures.")


def piece_of(content_type: ContentType) -> ContentWords:
    """What `content_type` makes, going by its first text."""
    pieces = [_PIECES[text.recipe.name] for text in content_type.of_kind(StageKind.TEXT) if text.recipe.name in _PIECES]
    return pieces[0] if pieces else _ANY_PIECE


def titles_of(piece: ContentWords) -> dict[str, str]:
    """The title of each field of the form."""
    return {
        "topic": "Topic",
        "product.name": "Product",
        DAY: "Calendar day",
        "product.description": "Description",
        "product.price": "Price",
        "product.currency": "Currency",
        "product.brand": "Brand",
        "product.category": "Category",
        "product.image": "Photo",
        "language": "Language",
        "scenes": "Scenes",
        "sections": "Sections",
        "questions": "Questions",
        "aspect": "Shape",
        "logo.file": "Logo",
        "intro": "Intro",
        "outro": "Outro",
        "voice": "First voice" if piece.name == "episode" else "Voice",
        "second_voice": "Second voice",
        "music_mood": "Music",
        "music_file": "Music file",
        "music_level_db": "Level of the music",
        "script": "Script",
        "article": "Article",
        "dialogue": "Dialogue",
        "id": "Short name",
        "variation": "Take",
        "variations": "Takes of single parts",
    }


def help_of(content_type: ContentType, piece: ContentWords) -> dict[str, str]:
    """What each field of the form means."""
    empty, row = _left_empty(content_type), _row(content_type)
    most, written = _unaided(content_type, piece)
    ready = f" {piece.ready.capitalize()} of your own sets the number itself." if piece.ready else ""
    ready = f"{most}{ready}"
    return {
        "topic": f"What the {piece.name} is about, in a few words, such as: Why honey bees matter.{empty}",
        "product.name": f"Its name, as customers read it.{empty}",
        DAY: (
            "Makes the calendar's rows for this day; with a short name below, only that row. "
            "This neither collides with the day's own run nor replaces it: leave the logical date as it is."
        ),
        "product.description": "A short one becomes the caption as it is; of a longer one, the first sentences do.",
        "product.price": "A plain number, such as 12.50.",
        "product.currency": "Its ISO 4217 code; type to search.",
        "product.brand": "Who makes it.",
        "product.category": "The department of a shop where it would be found, such as Kitchen.",
        "product.image": (
            "A photo, shown in place of a drawing: the name of a file that you put where this installation keeps files "
            "for briefs, or s3://bucket/key."
        ),
        "language": f"By its tag: {_LANGUAGES}, or any other that a voice speaks.{written}",
        "scenes": f"How many scenes, 1 to {MAX_SCENES}.{ready}",
        "sections": f"How many sections, 1 to {MAX_SECTIONS}.{ready}",
        "questions": f"How many questions the two talk about, 1 to {MAX_QUESTIONS}.{ready}",
        "aspect": piece.aspect,
        "logo.file": (
            "Shown in a corner of all of it: the name of a picture that lies where this installation keeps files for "
            "briefs, or s3://bucket/key."
        ),
        "intro": f"Shown before the title, with its sound: {_FILM}",
        "outro": f"Shown after the end, with its sound: {_FILM}",
        "voice": piece.voice or "Who speaks.",
        "second_voice": "The voice of the one who answers.",
        "music_mood": piece.music or "Plays under the voice.",
        "music_file": (
            "Music of your own (MP3, M4A, WAV, FLAC, Ogg and some others): the name of a file that you put where this "
            "installation keeps files for briefs, or s3://bucket/key."
        ),
        "music_level_db": (
            "How much quieter than the voice it is where nobody speaks, in decibels: -40 to 0; -8 if left empty."
        ),
        "script": _READY_SCRIPT,
        "article": _READY_ARTICLE,
        "dialogue": _READY_DIALOGUE,
        "id": f"For files and addresses: letters a to z, digits and hyphens. If empty, it comes from the title.{row}",
        "variation": "Another number makes another take.",
        "variations": (
            f"Other takes of a stage ({', '.join(_retakable(content_type))}), as in "
            '{"image": 1}, or of one of its items, {"image/03": 1}, on top of the take above.'
        ),
    }


_FILM = "the name of a film that lies where this installation keeps files for briefs, or s3://bucket/key."


def _retakable(content_type: ContentType) -> list[str]:
    return [name for name, stage in content_type.stages.items() if recipe_named(stage.recipe).is_memoised]


_LANGUAGES = "en English, de German, es Spanish, fr French, it Italian, pt-BR Brazilian, zh Chinese, ar Arabic"


def _unaided(content_type: ContentType, piece: ContentWords) -> tuple[str, str]:
    """How many parts are written of a topic alone, and in which languages."""
    unaided = next((text.unaided for text in content_type.of_kind(StageKind.TEXT) if text.unaided), None)
    if unaided is None:
        return "", ""
    languages = ", ".join(unaided.languages)
    return (
        f" From a topic alone, at most {unaided.most} are written.",
        f" From a topic alone, only {languages} is written; for other languages, bring {piece.ready}.",
    )


def _ready(what: str, form: str, who: str, model: type[BaseModel]) -> str:
    """:param model: of `who`; its fields that `form` does not show are named."""
    more = ", ".join(name for name in model.model_fields if f'"{name}"' not in form)
    begun = f"A ready {what}, or parts of one, which the text stage completes, as JSON: {form}."
    return f"{begun} {who} may also have: {more}."


_READY_SCRIPT = _ready("script", '{"title": …, "scenes": [{"narration": …, "image_prompt": …}]}', "A scene", DraftScene)
_READY_ARTICLE = _ready("article", '{"title": …, "sections": [{"heading": …, "text": …}]}', "A section", DraftSection)
_READY_DIALOGUE = _ready(
    "dialogue", '{"speakers": ["Ann", "Ben"], "lines": [{"speaker": 1, "text": …}]}', "It", DraftDialogue
)


def _left_empty(content_type: ContentType) -> str:
    """What a run makes that says nothing of its own."""
    return f" {content_type.source.left_empty}" if content_type.source else ""


def _row(content_type: ContentType) -> str:
    is_table = content_type.about is not None and content_type.about.is_known_ahead
    return " Without a topic or product above, it names the one row that is made." if is_table else ""

"""What to make: the brief that people write, and the script that a text stage makes of it."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from include.contract.article import DEFAULT_SECTIONS, MAX_SECTIONS, DraftArticle
from include.contract.dialogue import DEFAULT_QUESTIONS, MAX_QUESTIONS, DraftDialogue
from include.contract.prices import Currency, Price, check_decimals
from include.contract.speakable import has_words
from include.contract.values import (
    LATER,
    Aspect,
    AtMost,
    Camera,
    CleanText,
    Closed,
    Description,
    Fit,
    ImagePrompt,
    LogoPlace,
    Mood,
    OwnFile,
    Slug,
    Speech,
    TextForm,
    Title,
    Transition,
)
from include.contract.voices import check_language, check_voice

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails, InitErrorDetails

DEFAULT_SCENES = 5
MAX_SCENES = 400

Topic = Annotated[str, CleanText(300)]
Narration = Annotated[str, CleanText(2000)]
Hashtag = Annotated[str, CleanText(60)]
Language = Annotated[str, Field(max_length=35), AfterValidator(check_language)]
"""A BCP 47 tag (`en`, `zh-Hans`, `pt-BR`) that a built-in voice speaks."""
MusicFile = Annotated[str, CleanText(1024)]
VariationNumber = Annotated[int, Field(ge=0, le=2**31 - 1)]
StageOrItem = Annotated[
    str,
    TextForm(
        r"^[a-z0-9]+(-[a-z0-9]+)*(/[0-9]{2,4})?$",
        "a stage of the content type, or one of its items with its number in two digits, as in `image/03`",
    ),
]
"""A stage (`image`), or one of a brief's items in it (`image/03`)."""


ProductName = Annotated[str, CleanText(200)]
ProductLabel = Annotated[str, CleanText(100)]


class Product(Closed):
    """A product in a catalogue; only its name is required."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    name: ProductName
    """As customers read it, in the brief's language."""
    description: Description | None = None
    """A short one becomes the caption as it is; of a longer one, the first sentences do."""
    price: Price | None = None
    """A plain number, such as `12.50`."""
    currency: Currency | None = None
    """A code of ISO 4217, such as `EUR`."""
    brand: ProductLabel | None = None
    """Who makes it."""
    category: ProductLabel | None = None
    """What kind of thing it is, in the brief's language."""
    image: Annotated[OwnFile | None, LATER] = None
    """A photo of it, shown in place of a drawing: a file, `s3://bucket/key`, or `https://` where that is allowed."""

    @model_validator(mode="after")
    def _price_in_its_currency(self) -> Self:
        if self.price is not None and self.currency is not None:
            check_decimals(self.price, self.currency)
        return self


class Logo(LogoPlace):
    """A picture in a corner of a film, from its title to its end."""

    file: OwnFile
    """A picture, best one with transparency, PNG, WebP or AVIF: a file, or `s3://bucket/key`."""

    @property
    def place(self) -> LogoPlace:
        """How it is shown, whatever its file is called."""
        return LogoPlace(corner=self.corner, opacity=self.opacity)


class DraftScene(Closed):
    """One scene in a brief; the text stage adds what is missing."""

    narration: Narration | None = None
    """What is spoken, in the brief's language."""
    image_prompt: ImagePrompt | None = None
    """What is seen."""
    image: Annotated[OwnFile | None, LATER] = None
    """A picture of one's own, shown in place of a drawing: a file, or `s3://bucket/key`."""
    clip: Annotated[OwnFile | None, LATER] = None
    """A film of one's own, shown without its sound in place of a drawing, or a picture that moves: GIF, APNG or WebP. A
    file, or `s3://bucket/key`."""
    fit: Annotated[Fit | None, LATER] = None
    """How either fills the frame: `cover`, the default, `contain` or `blur`."""
    voice: Annotated[OwnFile | None, LATER] = None
    """A recording of its narration, heard in place of the voice: a file, or `s3://bucket/key`."""
    speech: Annotated[Speech | None, LATER] = None
    """`none`: nobody speaks, and the narration is only shown."""
    seconds: Annotated[float | None, Field(gt=0, le=600), LATER] = None
    """How long it lasts before the pause after it: at least, or exactly if nobody speaks."""
    camera: Annotated[Camera | None, LATER] = None
    """How the camera moves over its picture; default: as the content type says."""
    transition: Annotated[Transition | None, LATER] = None
    """How what is before gives way to it; default: as the content type says."""


class DraftScript(Closed):
    """A script in a brief; any part may be missing."""

    title: Title | None = None
    description: Description | None = None
    hashtags: Annotated[tuple[Hashtag, ...], AtMost(30)] | None = None
    scenes: Annotated[tuple[DraftScene, ...], Field(min_length=1), AtMost(MAX_SCENES)] | None = None


class Scene(Closed):
    """One complete scene."""

    narration: Narration
    image_prompt: ImagePrompt


class Script(Closed):
    """A complete script, as the text stage hands it on."""

    title: Title
    description: Description
    hashtags: tuple[Hashtag, ...]
    scenes: Annotated[tuple[Scene, ...], Field(min_length=1, max_length=MAX_SCENES)]


class Brief(Closed):
    """One thing to make, from a file, the trigger form or the editorial calendar."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: Slug = ""
    """Short name for files and addresses; made from the topic if left out."""
    topic: Topic | None = None
    """What it is about, in a few words. Required unless a script, an article, a dialogue or a product says so."""
    language: Language = "en"
    """BCP 47 tag of the language that is spoken."""
    scenes: Annotated[int, Field(ge=1, le=MAX_SCENES)] = DEFAULT_SCENES
    """Number of scenes; a script with scenes sets it itself."""
    aspect: Aspect = Aspect.WIDE
    """Shape of the picture."""
    voice: Annotated[str, Field(max_length=60)] = "auto"
    """Name of a built-in voice, or `auto`: the best one for the language."""
    second_voice: Annotated[str, Field(max_length=60)] = "auto"
    """Name of a built-in voice for the second speaker, or `auto`: the best one that the first does not have."""
    music: Annotated[bool | Mood | MusicFile, Field(union_mode="left_to_right")] = False
    """`true` for music of any mood, `false` for none, a mood (`calm`, `nostalgic`, `tender`), or the music file to
    play."""
    music_level_db: Annotated[float, Field(ge=-40, le=0)] | None = None
    """How much quieter than the voice music is where nobody speaks, in decibels; default: -8. Under the voice it is 12
    quieter still."""
    logo: Logo | None = None
    """A picture in a corner of the film: `file`, and optionally `corner` and `opacity`."""
    intro: OwnFile | None = None
    """A film of one's own, shown with its sound before the title: a file, or `s3://bucket/key`."""
    outro: OwnFile | None = None
    """One that is shown with its sound after the end."""
    variation: VariationNumber = 0
    """Another number gives another take of the same brief."""
    variations: Annotated[dict[StageOrItem, VariationNumber], AtMost(10_000)] = {}
    """Another take of one stage (`{"image": 1}`) or one scene (`{"image/03": 1}`), on top of `variation`."""
    script: DraftScript | None = None
    """A ready script, or parts of one."""
    sections: Annotated[int, Field(ge=1, le=MAX_SECTIONS)] = DEFAULT_SECTIONS
    """Number of sections; an article with sections sets it itself."""
    article: DraftArticle | None = None
    """A ready article, or parts of one."""
    questions: Annotated[int, Field(ge=1, le=MAX_QUESTIONS)] = DEFAULT_QUESTIONS
    """Number of questions that a conversation answers; a dialogue with lines sets it itself."""
    dialogue: DraftDialogue | None = None
    """A ready conversation of two, or parts of one."""
    product: Product | None = None
    """What a product card shows: `name`, and optionally `description`, `price` with `currency`, `brand`,
    `category`."""

    @field_validator("music", mode="before")
    @classmethod
    def _music_as_word(cls, value: object) -> object:
        """A table's cell and Airflow's form have a switch as text; other text is a mood or a file's name."""
        if isinstance(value, Mapping | list | tuple):
            raise ValueError(f"is a list or mapping; allowed: true, false, {', '.join(Mood)}, or a music file")
        if not isinstance(value, str):
            return value
        word = value.strip().lower()
        return word if word in {*Mood} else {"true": True, "false": False, "none": False, "any": True}.get(word, value)

    @field_validator("aspect", mode="before")
    @classmethod
    def _aspect_by_name(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @model_validator(mode="before")
    @classmethod
    def _counted_from_what_is_given(cls, data: object) -> object:
        """Take the numbers of scenes and sections from what is given, before the fields are checked."""
        if not isinstance(data, dict):
            raise ValueError("a brief is a mapping of fields, such as `topic: Why honey bees matter`")
        data = {key: value for key, value in data.items() if value is not None}
        for whole, parts, most in (("script", "scenes", MAX_SCENES), ("article", "sections", MAX_SECTIONS)):
            draft = data.get(whole)
            given = draft.get(parts) if isinstance(draft, dict) else getattr(draft, parts, None)
            if given and isinstance(given, list | tuple) and len(given) <= most:
                data.setdefault(parts, len(given))
        return data

    @model_validator(mode="wrap")
    @classmethod
    def _whole(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Tell what does not fit together beside what is wrong in itself, so that nobody has to try twice."""
        if isinstance(data, cls):
            return data
        try:
            brief = handler(data)
        except ValidationError as error:
            details = error.errors(include_url=False)
            wrong = {detail["loc"][0] for detail in details if detail["loc"]}
            if not wrong or not isinstance(data, Mapping):
                raise
            try:
                rest = handler({name: value for name, value in data.items() if name not in wrong})
            except ValidationError:
                raise error from None
            raise _refusal([*details, *_unfit(rest, wrong, info)]) from error
        unfit = [*_unfit(brief, set(), info)]
        if unfit:
            raise _refusal(unfit)
        if not brief.id:
            object.__setattr__(brief, "id", slug_of(brief.said or ""))
        return brief

    @property
    def music_file(self) -> str | None:
        """Name of the file to play."""
        return self.music if isinstance(self.music, str) and not isinstance(self.music, Mood) else None

    @property
    def title(self) -> str:
        """Its name before it is made: the title that it brings, otherwise what it is about."""
        drafts = (self.script, self.article, self.dialogue)
        titles = [draft.title for draft in drafts if draft is not None]
        return next(filter(None, [*titles, self.said]), self.id)

    @property
    def said(self) -> str | None:
        """The first text that says what it is about."""
        product = [self.product.name] if self.product else []
        scenes = [scene.narration for scene in (self.script and self.script.scenes) or ()]
        sections = [section.text for section in (self.article and self.article.sections) or ()]
        lines = [line.text for line in (self.dialogue and self.dialogue.lines) or ()]
        return next(filter(None, [self.topic, *product, *scenes, *sections, *lines]), None)


SAYING = {
    "topic": "a `topic`",
    "script": "a `script` with narration in its scenes",
    "article": "an `article` with text in its sections",
    "dialogue": "a `dialogue` with lines",
    "product": "a `product` with its `name`",
}
"""The fields that say what a brief is about, in words; each brief needs one of them."""
FIELDS = "fields"
"""Key of a validation's context: the fields that are allowed here, if not all are."""


def _unfit(brief: Brief, wrong: set[int | str], info: ValidationInfo) -> Iterator[ErrorDetails]:
    """What does not fit together in `brief`, of which the fields in `wrong` were left out."""
    if not wrong & set(SAYING) and brief.said is None:
        fields = (info.context or {}).get(FIELDS, SAYING)
        yield _detail((), f"needs {', or '.join(words for name, words in SAYING.items() if name in fields)}", None)
    for parts, whole in (("scenes", "script"), ("sections", "article")):
        draft, said = getattr(brief, whole), getattr(brief, parts)
        found = len((draft and getattr(draft, parts)) or ())
        if not wrong & {parts, whole} and found and found != said:
            message = f"says {said}, but `{whole}.{parts}` has {found}; leave `{parts}` out or make them equal"
            yield _detail((parts,), message, said)
    yield from _unspeakable(brief, wrong)
    if "script" not in wrong:
        yield from _unshown((brief.script and brief.script.scenes) or ())
        yield from _unheard((brief.script and brief.script.scenes) or (), brief.music is not False)
    for field in ("voice", "second_voice"):
        voice = getattr(brief, field)
        try:
            check_voice(voice, None if "language" in wrong else brief.language)
        except ValueError as error:
            yield _detail((field,), str(error), voice)


def _unspeakable(brief: Brief, wrong: set[int | str]) -> Iterator[ErrorDetails]:
    """A piece in which nothing at all is spoken; a single line of that kind is shown in silence."""
    narrations = [scene.narration for scene in (brief.script and brief.script.scenes) or ()]
    lines = [line.text for line in (brief.dialogue and brief.dialogue.lines) or ()]
    for field, parts, texts in (("script", "narration", narrations), ("dialogue", "line", lines)):
        if field not in wrong and texts and not any(text is None or has_words(text) for text in texts):
            message = f"contains nothing that can be spoken; allowed: words in at least one {parts}"
            yield _detail((field,), message, texts[0])


def _unshown(scenes: Sequence[DraftScene]) -> Iterator[ErrorDetails]:
    """Settings of scenes that have nothing to be settings of."""
    for at, scene in enumerate(scenes):
        if scene.fit is not None and scene.image is None and scene.clip is None:
            message = "says how an `image` or a `clip` of one's own fills the frame; add one of them, or remove `fit`"
            yield _detail(("script", "scenes", at, "fit"), message, scene.fit)
        if scene.image is not None and scene.clip is not None:
            yield _detail(
                ("script", "scenes", at, "clip"), "is given beside an `image`; remove one of them", scene.clip
            )


def _unheard(scenes: Sequence[DraftScene], has_music: bool) -> Iterator[ErrorDetails]:
    """Recordings of nothing, and films without any sound."""
    for at, scene in enumerate(scenes):
        if scene.voice is not None and (scene.narration is None or scene.speech is not None):
            missing = "needs the scene's `narration`, which it says, for subtitles; write it"
            both = "is given where `speech` is `none`; remove one of them"
            yield _detail(("script", "scenes", at, "voice"), missing if scene.narration is None else both, scene.voice)
    if scenes and not has_music and all(scene.speech is not None for scene in scenes):
        message = "has `speech: none` in every scene, and there is no music; add `music`, or let one scene be spoken"
        yield _detail(("script",), message, len(scenes))


def _detail(place: tuple[str | int, ...], message: str, found: object) -> ErrorDetails:
    error = {"error": ValueError(message)}
    return {"type": "value_error", "loc": place, "msg": message, "input": found, "ctx": error}


def _refusal(details: Sequence[ErrorDetails]) -> ValidationError:
    lines: list[InitErrorDetails] = [
        {"type": each["type"], "loc": each["loc"], "input": each["input"], "ctx": each.get("ctx", {})}
        for each in details
    ]
    return ValidationError.from_exception_data(Brief.__name__, lines)


def slug_of(text: str) -> str:
    """A slug that reads like `text` where ASCII can, with a digest where it cannot."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:48].strip("-")
    if len(words) >= 3:
        return words
    return f"brief-{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:8]}"

"""Parameters of the built-in recipes: all that a recipe's result depends on, besides its inputs and model.

A field that a brief also has carries the brief's name and is filled from it. A field added after a recipe was
released declares `neutral`: the value that means what the recipe did before (I5).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from include.contract.article import DEFAULT_SECTIONS, MAX_SECTIONS, DraftArticle
from include.contract.brief import DEFAULT_SCENES, MAX_SCENES, DraftScript, Language, Product, Topic
from include.contract.canonical import NEUTRAL
from include.contract.cards import CardFormat
from include.contract.dialogue import DEFAULT_QUESTIONS, MAX_QUESTIONS, DraftDialogue
from include.contract.labels import Labelling
from include.contract.podcast_categories import PodcastCategory
from include.contract.values import (
    Aspect,
    AtMost,
    Camera,
    CleanText,
    Closed,
    Colour,
    Fit,
    LogoPlace,
    Mood,
    ShortSidePx,
    SubtitlePosition,
    SubtitleStyle,
    TextForm,
    Transition,
)

MusicMood = Annotated[Mood | None, Field(json_schema_extra={NEUTRAL: None})]
PromptLanguage = Annotated[Language | None, Field(json_schema_extra={NEUTRAL: None})]


def _each_once(formats: tuple[CardFormat, ...]) -> tuple[CardFormat, ...]:
    if len(set(formats)) < len(formats):
        raise ValueError("names a format twice")
    return formats


class ScriptNarratedParams(Closed):
    """`script.narrated`: a brief becomes a narrated script."""

    topic: Topic | None = None
    language: Language = "en"
    scenes: Annotated[int, Field(ge=1, le=MAX_SCENES)] = DEFAULT_SCENES
    script: DraftScript | None = None
    prompt_language: PromptLanguage = None
    """Language of the image prompts; default: the piece's."""


class ImageSceneParams(Closed):
    """`image.scene`: an image prompt and the piece's look become one picture."""

    aspect: Aspect = Aspect.WIDE
    short_side_px: ShortSidePx = 1080
    language: Language = "en"
    """Language of the piece."""
    prompt_language: PromptLanguage = None
    """Language of the prompt, in which it names things; default: the piece's."""


class ImageUpscaleParams(Closed):
    """`image.upscale`: a picture becomes larger."""

    factor: Literal[2, 4] = 2
    """Factor by which each side grows."""


class SpeechNarrationParams(Closed):
    """`speech.narration`: a scene's narration becomes speech."""

    language: Language = "en"
    voice: str = "auto"


class ClipStillParams(Closed):
    """`clip.still`: a picture becomes a clip as long as its speech; so do cards, and what lies between scenes."""

    aspect: Aspect = Aspect.WIDE
    short_side_px: ShortSidePx = 1080
    fps: Annotated[int, Field(ge=10, le=60)] = 30
    language: Language = "en"
    """Language of the subtitles, for fonts and line breaks."""
    title_card_s: Annotated[float, Field(ge=0.5, le=20)] = 2.5
    scene_pause_s: Annotated[float, Field(ge=0, le=5)] = 0.6
    """Silence after each scene's speech; the transition to the next scene happens within it."""
    transition: Transition = Transition.CROSSFADE
    transition_s: Annotated[float, Field(ge=0.1, le=5)] = 0.7
    """Length of a transition, which is never longer than the pause."""
    camera: Camera = Camera.GENTLE
    subtitles: bool = True
    """Burnt into the picture; the film's files of subtitles are made either way."""
    subtitle_style: SubtitleStyle = SubtitleStyle.LINES
    subtitle_position: SubtitlePosition = SubtitlePosition.BOTTOM
    subtitle_size: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    """Factor by which subtitles are larger than usual; larger ones have fewer words in a line."""
    subtitle_colour: Colour = "#ffffff"
    subtitle_highlight: Colour = "#ffd60a"
    """Colour of the word that is heard."""
    subtitle_box: Annotated[str, TextForm(r"^$|^#[0-9a-fA-F]{6}$", "a colour such as `#000000`")] = ""
    """Colour of a box behind subtitles; no box if left out."""
    closing_text: Annotated[str, CleanText(200, may_be_empty=True)] = ""
    """Text of the card at the end; no card if left out."""
    closing_card_s: Annotated[float, Field(ge=0.5, le=20)] = 3.0
    logo: Annotated[LogoPlace | None, Field(json_schema_extra={NEUTRAL: None})] = None
    """How the brief's logo is shown, if it brings one."""
    intro_fit: Annotated[Fit, Field(json_schema_extra={NEUTRAL: Fit.COVER})] = Fit.COVER
    """How an intro and an outro of another shape fill the frame; what `contain` leaves free is black."""
    label: Labelling = Labelling.SHOWN
    """On the title card."""

    @property
    def join_frames(self) -> int:
        """Frames of a transition; 0 for a cut, and where no pause leaves room for one."""
        if self.transition is Transition.CUT:
            return 0
        return int(min(self.transition_s, self.scene_pause_s) * self.fps + _ROUNDING)


_ROUNDING = 1e-9
"""A pause that is a whole number of frames has that many."""


class VideoNarratedParams(Closed):
    """`video.narrated`: clips and speech become one film."""

    language: Language = "en"
    """Language of subtitles, chapters and label."""
    music: bool = False
    """Music under the voice: the brief's own track if there is one, otherwise a built-in one."""
    music_mood: MusicMood = None
    """Mood of the built-in music; any if left out."""
    music_level_db: Annotated[float | None, Field(ge=-40, le=0, json_schema_extra={NEUTRAL: None})] = None
    """How much quieter than the voice music is where nobody speaks; -8 if left out."""
    loudness_lufs: Annotated[float, Field(ge=-31, le=-9)] = -16.0
    """Integrated loudness according to ITU-R BS.1770."""
    label: Labelling = Labelling.SHOWN
    """In the film's tags; what its title card says comes with the clips."""
    edit: Annotated[bool, Field(json_schema_extra={NEUTRAL: False})] = False
    """Also a file with which an editor goes on: pictures, speech, music, subtitles and clips on tracks."""


class ArticleSectionsParams(Closed):
    """`article.sections`: a brief becomes an article in sections."""

    topic: Topic | None = None
    language: Language = "en"
    sections: Annotated[int, Field(ge=1, le=MAX_SECTIONS)] = DEFAULT_SECTIONS
    article: DraftArticle | None = None
    prompt_language: PromptLanguage = None
    """Language of the image prompts; default: the piece's."""


class PageArticleParams(Closed):
    """`page.article`: an article and its pictures become a page."""

    language: Language = "en"
    """Language of the page, which also sets the direction of its text."""
    label: Labelling = Labelling.SHOWN
    """Above the headline and at the end."""


class CaptionProductParams(Closed):
    """`caption.product`: a product becomes the words of its card and the prompt of its picture."""

    product: Product | None = None
    language: Language = "en"
    prompt_language: PromptLanguage = None
    """Language of the image prompts; default: the piece's."""


class ImageCardParams(Closed):
    """`image.card`: a product's words and picture become its cards."""

    formats: Annotated[
        tuple[CardFormat, ...], Field(min_length=1), AtMost(len(CardFormat)), AfterValidator(_each_once)
    ] = (
        CardFormat.SQUARE,
        CardFormat.PORTRAIT,
    )
    """The thumbnail is made from the first one."""
    upscale_above: Annotated[float, Field(ge=1, le=64)] = 2.0
    """A picture that has to grow by more than this factor goes through the upscaler, at seconds of a core for each
    100,000 pixels that it has; one that grows less is only resampled."""
    label: Labelling = Labelling.SHOWN
    """In a corner of each card."""


class ScriptDialogueParams(Closed):
    """`script.dialogue`: a brief becomes a conversation of two."""

    topic: Topic | None = None
    language: Language = "en"
    questions: Annotated[int, Field(ge=1, le=MAX_QUESTIONS)] = DEFAULT_QUESTIONS
    dialogue: DraftDialogue | None = None
    prompt_language: PromptLanguage = None
    """Language of the image prompts; default: the piece's."""


class SpeechDialogueParams(Closed):
    """`speech.dialogue`: a line of a conversation becomes speech."""

    language: Language = "en"
    voice: str = "auto"
    second_voice: str = "auto"
    """The second speaker's voice; `auto` is the best one that the first does not have."""


class AudioPodcastParams(Closed):
    """`audio.podcast`: speech, a picture and music become an episode."""

    language: Language = "en"
    """Language of tags and transcripts."""
    voice: str = "auto"
    """The first speaker's voice, which also says the label."""
    music: bool = False
    """Music before and after the conversation: the brief's own track if there is one, otherwise a built-in one."""
    music_mood: MusicMood = None
    """Mood of the built-in music; any if left out."""
    show: Annotated[str, CleanText(200)] = "Atelier"
    """Name of the podcast, which its cover shows, and players as the album; the content type's title if left out."""
    author: Annotated[str, CleanText(200)] = "Atelier"
    line_pause_s: Annotated[float, Field(ge=0, le=5)] = 0.4
    """Silence between two lines, besides the short ones at both ends of the speech itself."""
    chapter_pause_s: Annotated[float, Field(ge=0, le=10)] = 1.4
    """Silence before a chapter."""
    loudness_lufs: Annotated[float, Field(ge=-24, le=-14)] = -16.0
    """Integrated loudness according to ITU-R BS.1770."""
    label: Labelling = Labelling.SHOWN
    """Said before the first line, and written in the transcript."""


class PublishParams(Closed):
    """`publish.video`, `publish.article`, `publish.cards`: what was made is put where readers find it."""

    language: Language = "en"


class PublishFolderParams(PublishParams):
    """`publish.folder`: what was made, whatever it is, is put in a folder that the deployment names."""


class PublishPodcastParams(PublishParams):
    """`publish.podcast`: episodes are put where podcast clients find them. All but the language is the channel's."""

    author: Annotated[str, CleanText(200)] = "Atelier"
    owner_email: Annotated[
        str,
        CleanText(254, may_be_empty=True),
        TextForm(r"^$|^[^@\s<>]+@[^@\s<>]+$", "an address such as `ann@example.org`"),
    ] = ""
    """To prove to directories that the podcast is one's own; everybody can read it."""
    category: PodcastCategory = "Education"
    """One of Apple's categories, such as `Science`, or with its subcategory `Business:Marketing`."""
    is_explicit: bool = False
    is_locked: bool = True
    """Whether other platforms may not import the feed as theirs."""

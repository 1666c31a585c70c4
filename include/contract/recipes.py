"""The recipes that exist: kind, name, revision, parameters, what they read and write, what they promise (I1, I10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from include.contract.artifacts import Artifact
from include.contract.brief import Brief
from include.contract.cards import CardFormat
from include.contract.errors import BadRequest
from include.contract.labels import LABEL_PARAM
from include.contract.names import allowed_names
from include.contract.params import (
    ArticleSectionsParams,
    CaptionProductParams,
    ImageSceneParams,
    PostArticleParams,
    PostCardParams,
    PostPodcastParams,
    PublishParams,
    PublishPodcastParams,
    ScriptDialogueParams,
    ScriptNarratedParams,
    SpeechDialogueParams,
    SpeechNarrationParams,
    VideoNarratedParams,
)
from include.contract.pictures import PICTURE_WIDTHS_PX, picture_family, picture_variants
from include.contract.planning import (
    Numbered,
    Parts,
    Plan,
    gather,
    no_parts_known,
    parts_of_article,
    parts_of_dialogue,
    parts_of_product,
    parts_of_script,
    per_brief,
    per_scene,
)
from include.contract.publishing import PIECES, published
from include.contract.shots import SHOT
from include.contract.unaided import Unaided
from include.contract.values import Closed, Determinism, StageKind


@dataclass(frozen=True)
class Recipe:
    """What a stage of one kind really does.

    A change that changes any output's bytes raises `revision`; the golden tests hold it to that.
    """

    kind: StageKind
    name: str
    revision: int
    params: type[Closed]
    model: str
    """The built-in model: needs no download and no GPU."""
    reads: tuple[StageKind, ...]
    """Kinds of the stages upstream, in the order in which they enter the fingerprint."""
    plan: Plan
    """Makes the stage's items of the briefs and the upstream's items (I8)."""
    outputs: tuple[str, ...]
    """Output names; one with a trailing `/` stands for a numbered family, with at least the number 01."""
    may_lack: frozenset[str] = frozenset()
    """Outputs that an item may be whole without, whatever its parameters."""
    chosen_by: str = ""
    """The parameter whose values name outputs, as `choices` has them: an item has those that it names alone."""
    choices: Mapping[str, str] = field(default_factory=dict)
    batch_size: int = 1
    """Items computed together unless the content type says another number."""
    item_per: str = ""
    """The text stage's numbered output that gives it an item each; empty where a brief gives it one."""
    parts: Parts = no_parts_known
    """Of a text recipe: how many numbered outputs a brief gets."""
    unaided: Unaided | None = None
    """Of a text recipe: what it writes of a topic alone; None where a brief always brings what there is to say."""
    brief_files: tuple[str, ...] = ()
    """Files of a brief that the recipe reads, resolved to blobs at the entrance (I9)."""
    claimed: bool = True
    """Whether an item is claimed before it is made, so that two runs that need it at once make it once (W8).
    Only an item that takes less than about a second is not worth the request."""
    determinism: Determinism = Determinism.BITWISE

    @property
    def fans_out(self) -> bool:
        """Whether one brief may give it several items, which shards can share out (W6)."""
        return bool(self.item_per)

    @property
    def brief_fields(self) -> tuple[str, ...]:
        """The fields of a brief that it consumes: those that its parameters also have (I5)."""
        return tuple(name for name in self.params.model_fields if name in Brief.model_fields)

    @property
    def own_params(self) -> tuple[str, ...]:
        """The parameters that a content type sets for a stage: no brief does, nor it for all stages at once."""
        return tuple(name for name in self.params.model_fields if name not in (*self.brief_fields, LABEL_PARAM))

    @property
    def is_memoised(self) -> bool:
        """Whether what it makes is kept in `items/` and `stages/`, and found there; an effect never is (W10)."""
        return self.determinism is not Determinism.EFFECT

    def asks_a_model(self, params: object) -> bool:
        """Whether an item with these parameters, as JSON has them, is made by a model at all; as far as is known."""
        return self.unaided is None or not isinstance(params, Mapping) or self.unaided.is_asked(params)

    def lacks(self, outputs: Iterable[Artifact], params: Mapping[str, JsonValue]) -> str:
        """The first output that an item with these canonical `params` is not whole without; empty when it has all."""
        chosen = params.get(self.chosen_by)
        named = {output for value, output in self.choices.items() if isinstance(chosen, list) and value in chosen}
        may_lack = self.may_lack | (set(self.choices.values()) - named)
        names = {output.name for output in outputs}
        numbered = Counter(f"{name.partition('/')[0]}/" for name in names if "/" in name)
        for output in self.outputs:
            if output in may_lack:
                continue
            numbers = range(1, max(1, numbered[output]) + 1)
            wanted = [f"{output}{number:02d}" for number in numbers] if output.endswith("/") else [output]
            missing = [name for name in wanted if name not in names]
            if missing:
                return missing[0]
        return ""


def _publishing(name: str, params: type[PublishParams]) -> Recipe:
    piece = PIECES[name]
    return Recipe(
        kind=StageKind.PUBLISH,
        name=name,
        revision=1,
        params=params,
        model="builtin/publisher",
        reads=(StageKind.TEXT, *piece.kinds),
        plan=published(piece),
        outputs=tuple(rule.output for rule in piece.files),
        determinism=Determinism.EFFECT,
    )


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            kind=StageKind.TEXT,
            name="script.narrated",
            revision=2,
            params=ScriptNarratedParams,
            model="builtin/smollm2-135m",
            reads=(),
            plan=per_brief,
            outputs=("script", "title", "look", "digital_source", "narration/", "image_prompt/", f"{SHOT}/"),
            parts=parts_of_script,
            unaided=Unaided("scenes", "script", "scenes", "narration", most=10, prompt="image_prompt"),
        ),
        Recipe(
            kind=StageKind.IMAGE,
            name="image.scene",
            revision=2,
            params=ImageSceneParams,
            model="builtin/sketch",
            reads=(StageKind.TEXT,),
            plan=per_scene(StageKind.TEXT, "image_prompt", shared=("look",), beside=(SHOT,)),
            outputs=("image",),
            item_per="image_prompt",
        ),
        Recipe(
            kind=StageKind.SPEECH,
            name="speech.narration",
            revision=2,
            params=SpeechNarrationParams,
            model="builtin/voices",
            reads=(StageKind.TEXT,),
            plan=per_scene(StageKind.TEXT, "narration", shared=()),
            outputs=("speech", "timing"),
            item_per="narration",
        ),
        Recipe(
            kind=StageKind.VIDEO,
            name="video.narrated",
            revision=2,
            params=VideoNarratedParams,
            model="builtin/compositor",
            reads=(StageKind.TEXT, StageKind.IMAGE, StageKind.SPEECH),
            plan=gather(
                ((StageKind.TEXT, "title"), (StageKind.TEXT, "digital_source")),
                Numbered(
                    counted_by=(StageKind.TEXT, "image_prompt"),
                    outputs=(
                        (StageKind.IMAGE, "image"),
                        (StageKind.SPEECH, "speech"),
                        (StageKind.SPEECH, "timing"),
                    ),
                ),
            ),
            outputs=("video", "poster", "subtitles_srt", "subtitles_vtt", "label"),
            brief_files=("music",),
        ),
        Recipe(
            kind=StageKind.TEXT,
            name="article.sections",
            revision=2,
            params=ArticleSectionsParams,
            model="builtin/smollm2-135m",
            reads=(),
            plan=per_brief,
            outputs=("script", "title", "look", "digital_source", "image_prompt/", f"{SHOT}/"),
            parts=parts_of_article,
            unaided=Unaided("sections", "article", "sections", "text", most=4, prompt="image_prompt"),
        ),
        Recipe(
            kind=StageKind.POST,
            name="post.article",
            revision=2,
            params=PostArticleParams,
            model="builtin/pages",
            reads=(StageKind.TEXT, StageKind.IMAGE),
            plan=gather(
                ((StageKind.TEXT, "script"), (StageKind.TEXT, "look"), (StageKind.TEXT, "digital_source")),
                Numbered(counted_by=(StageKind.TEXT, "image_prompt"), outputs=((StageKind.IMAGE, "image"),)),
            ),
            outputs=(
                "page",
                "page_linked",
                "markdown",
                "label",
                *(f"{picture_family(form, width_px)}/" for form, width_px in picture_variants()),
            ),
            may_lack=frozenset(
                f"{picture_family(form, width_px)}/"
                for form, width_px in picture_variants()
                if width_px > min(PICTURE_WIDTHS_PX)
            ),
        ),
        Recipe(
            kind=StageKind.TEXT,
            name="caption.product",
            revision=2,
            params=CaptionProductParams,
            model="builtin/phrases",
            reads=(),
            plan=per_brief,
            outputs=("script", "title", "caption", "look", "digital_source", "image_prompt/"),
            parts=parts_of_product,
            batch_size=64,
            claimed=False,
        ),
        Recipe(
            kind=StageKind.POST,
            name="post.card",
            revision=2,
            params=PostCardParams,
            model="builtin/cards",
            reads=(StageKind.TEXT, StageKind.IMAGE),
            plan=gather(
                ((StageKind.TEXT, "script"), (StageKind.TEXT, "digital_source")),
                Numbered(counted_by=(StageKind.TEXT, "image_prompt"), outputs=((StageKind.IMAGE, "image"),)),
            ),
            outputs=(*(each.output for each in CardFormat), "thumbnail", "label"),
            chosen_by="formats",
            choices={each.value: each.output for each in CardFormat},
            batch_size=4,
        ),
        Recipe(
            kind=StageKind.TEXT,
            name="script.dialogue",
            revision=2,
            params=ScriptDialogueParams,
            model="builtin/smollm2-135m",
            reads=(),
            plan=per_brief,
            outputs=("script", "title", "look", "digital_source", "line/", "image_prompt/"),
            parts=parts_of_dialogue,
            unaided=Unaided("questions", "dialogue", "lines", "text", most=7),
        ),
        Recipe(
            kind=StageKind.SPEECH,
            name="speech.dialogue",
            revision=2,
            params=SpeechDialogueParams,
            model="builtin/voices",
            reads=(StageKind.TEXT,),
            plan=per_scene(StageKind.TEXT, "line", shared=()),
            outputs=("speech", "timing"),
            item_per="line",
        ),
        Recipe(
            kind=StageKind.POST,
            name="post.podcast",
            revision=2,
            params=PostPodcastParams,
            model="builtin/mixer",
            reads=(StageKind.TEXT, StageKind.IMAGE, StageKind.SPEECH),
            plan=gather(
                ((StageKind.TEXT, "script"), (StageKind.TEXT, "digital_source")),
                Numbered(counted_by=(StageKind.TEXT, "image_prompt"), outputs=((StageKind.IMAGE, "image"),)),
                Numbered(
                    counted_by=(StageKind.TEXT, "line"),
                    outputs=((StageKind.SPEECH, "speech"), (StageKind.SPEECH, "timing")),
                ),
            ),
            outputs=("audio_mp3", "audio_m4a", "transcript_vtt", "transcript_html", "chapters", "cover", "label"),
            brief_files=("music",),
        ),
        _publishing("publish.video", PublishParams),
        _publishing("publish.podcast", PublishPodcastParams),
        _publishing("publish.article", PublishParams),
        _publishing("publish.cards", PublishParams),
    )
}


def recipe_named(name: str) -> Recipe:
    """The recipe called `name`.

    :raises BadRequest: there is none.
    """
    if name not in RECIPES:
        raise BadRequest(f"recipe `{name}` is not known; {allowed_names(name, sorted(RECIPES))}")
    return RECIPES[name]

"""What each content type publishes: which outputs, under which readable names, and what each file is to a reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from include.contract.artifacts import Artifact
from include.contract.manifests import ItemLine
from include.contract.pictures import PictureFormat, picture_family, picture_file, picture_variants
from include.contract.planning import Plan, PlannedItem, Upstreams
from include.contract.values import StageKind

TITLE = "title"
SCRIPT = "script"
LABEL = "label"
WORDS = (TITLE, SCRIPT, LABEL)
"""What a piece is told by: two outputs of the text stage, and the one of the stage that made its files, which older
recipes leave out. They are read, and not published themselves."""


class Role(StrEnum):
    """What a published file is to a reader."""

    MAIN = "main"
    """The piece itself; the first one where there are several."""
    ALTERNATE = "alternate"
    """The piece in another format."""
    POSTER = "poster"
    """A picture that stands for the piece; the first one does where there are several."""
    SUBTITLES = "subtitles"
    TRANSCRIPT = "transcript"
    CHAPTERS = "chapters"
    PART = "part"
    """Something that another file of the piece refers to."""


@dataclass(frozen=True)
class FileRule:
    """One output, or a numbered family of them, and its readable name."""

    kind: StageKind
    output: str
    """One with a trailing `/` stands for a numbered family."""
    file: str
    """Path inside the piece's folder; `{number}` in that of a family."""
    role: Role
    is_optional: bool = False
    """Whether a piece is complete without it."""

    def found_in(self, line: ItemLine) -> list[Artifact]:
        """The outputs of `line` that the rule means.

        :raises CorruptInput: there is none, and the piece is not complete without it.
        """
        if self.output.endswith("/"):
            return [artifact for _, artifact in line.family(self.output.removesuffix("/"))]
        if self.is_optional and all(artifact.name != self.output for artifact in line.outputs):
            return []
        return [line.output(self.output)]


@dataclass(frozen=True)
class Piece:
    """What one brief of a content type publishes."""

    files: tuple[FileRule, ...]
    """No output stands twice."""
    summary: str
    """Field of the text stage's `script` that says in short what the piece is."""

    @property
    def kinds(self) -> tuple[StageKind, ...]:
        """Stages that its files come from."""
        return tuple(dict.fromkeys(rule.kind for rule in self.files))

    def rule_of(self, output: str) -> tuple[FileRule, str]:
        """The rule that means `output`, and the output's readable name."""
        family, _, number = output.partition("/")
        wanted = f"{family}/" if number else output
        rule = next(rule for rule in self.files if rule.output == wanted)
        return rule, rule.file.format(number=number)


def published(piece: Piece) -> Plan:
    """One item per brief: the words it is told by, then the outputs that are its files, in the order of the rules."""

    def plan(briefs: Sequence[str], upstreams: Upstreams) -> list[PlannedItem]:
        return [_planned(brief, piece, upstreams) for brief in briefs]

    return plan


def words_of(item: PlannedItem) -> dict[str, Artifact]:
    """What a planned piece is told by, by name."""
    return {artifact.name: artifact for artifact in item.inputs if artifact.name in WORDS}


def files_of(item: PlannedItem) -> tuple[Artifact, ...]:
    """What becomes the files of a planned piece, in the order of its rules."""
    return tuple(artifact for artifact in item.inputs if artifact.name not in WORDS)


def _planned(brief: str, piece: Piece, upstreams: Upstreams) -> PlannedItem:
    kinds = (StageKind.TEXT, *piece.kinds)
    lines = {kind: upstreams[kind].get(brief) for kind in kinds}
    missing = tuple(f"{kind.value} of {brief}" for kind, line in lines.items() if line is None or not line.succeeded)
    if missing:
        return PlannedItem(brief, brief, missing=missing)
    return PlannedItem(brief, brief, tuple(_inputs(piece, {kind: line for kind, line in lines.items() if line})))


def _inputs(piece: Piece, lines: Mapping[StageKind, ItemLine]) -> list[Artifact]:
    words = [lines[StageKind.TEXT].output(name) for name in (TITLE, SCRIPT)]
    words += [artifact for artifact in lines[piece.kinds[0]].outputs if artifact.name == LABEL]
    return words + [artifact for rule in piece.files for artifact in rule.found_in(lines[rule.kind])]


def _role_of_picture(form: PictureFormat, width_px: int) -> Role:
    return Role.POSTER if (form, width_px) == (PictureFormat.JPEG, 480) else Role.PART


VIDEO = Piece(
    files=(
        FileRule(StageKind.VIDEO, "video", "video.mp4", Role.MAIN),
        FileRule(StageKind.VIDEO, "poster", "poster.jpg", Role.POSTER),
        FileRule(StageKind.VIDEO, "subtitles_vtt", "subtitles.vtt", Role.SUBTITLES),
        FileRule(StageKind.VIDEO, "subtitles_srt", "subtitles.srt", Role.SUBTITLES),
    ),
    summary="description",
)
PODCAST = Piece(
    files=(
        FileRule(StageKind.POST, "audio_mp3", "audio.mp3", Role.MAIN),
        FileRule(StageKind.POST, "audio_m4a", "audio.m4a", Role.ALTERNATE),
        FileRule(StageKind.POST, "cover", "cover.jpg", Role.POSTER),
        FileRule(StageKind.POST, "transcript_vtt", "transcript.vtt", Role.TRANSCRIPT),
        FileRule(StageKind.POST, "transcript_html", "transcript.html", Role.TRANSCRIPT),
        FileRule(StageKind.POST, "chapters", "chapters.json", Role.CHAPTERS),
    ),
    summary="description",
)
ARTICLE = Piece(
    files=(
        FileRule(StageKind.POST, "page_linked", "index.html", Role.MAIN),
        FileRule(StageKind.POST, "page", "standalone.html", Role.ALTERNATE),
        FileRule(StageKind.POST, "markdown", "article.md", Role.ALTERNATE),
        *(
            FileRule(
                StageKind.POST,
                f"{picture_family(form, width_px)}/",
                picture_file(form, width_px, "{number}"),
                _role_of_picture(form, width_px),
            )
            for form, width_px in picture_variants()
        ),
    ),
    summary="summary",
)
CARDS = Piece(
    files=(
        FileRule(StageKind.POST, "card_square", "card-square.jpg", Role.MAIN, is_optional=True),
        FileRule(StageKind.POST, "card_portrait", "card-portrait.jpg", Role.MAIN, is_optional=True),
        FileRule(StageKind.POST, "card_story", "card-story.jpg", Role.MAIN, is_optional=True),
        FileRule(StageKind.POST, "thumbnail", "thumbnail.webp", Role.POSTER),
    ),
    summary="caption",
)
PIECES: Mapping[str, Piece] = {
    "publish.video": VIDEO,
    "publish.podcast": PODCAST,
    "publish.article": ARTICLE,
    "publish.cards": CARDS,
}
"""By recipe."""

"""The built-in recipes that publish: which files of a piece each takes, under which names, in which roles."""

from __future__ import annotations

from dataclasses import replace

from include.contract.article import Article
from include.contract.brief import Script
from include.contract.cards import CardFormat, ProductText
from include.contract.dialogue import Dialogue
from include.contract.params import PublishFolderParams, PublishParams, PublishPodcastParams
from include.contract.pictures import PictureFormat, picture_family, picture_file, picture_variants
from include.contract.ports import Shape
from include.contract.publishing import FilePort, Role, file_ports, ports_of_piece
from include.contract.recipe import Recipe
from include.contract.values import Determinism, StageKind

_PUBLISHERS = "include.runtime.publishing"


def _publishing(name: str, params: type[PublishParams], summary: str, script: type, *files: FilePort) -> Recipe:
    return Recipe(
        kind=StageKind.PUBLISH,
        name=name,
        revision=1,
        params=params,
        model="builtin/publisher",
        outputs=(),
        ports=ports_of_piece(*files, script=script),
        stage=f"{_PUBLISHERS}.store_publisher:StorePublisher",
        summary=(summary,),
        determinism=Determinism.EFFECT,
    )


def _picture_port(form: PictureFormat, width_px: int) -> FilePort:
    family = picture_family(form, width_px)
    is_poster = (form, width_px) == (PictureFormat.JPEG, 480)
    return FilePort(
        name=family,
        shape=Shape.FAMILY,
        media_types=(form.media_type,),
        beside="page_linked",
        file=picture_file(form, width_px, "{number}"),
        role=Role.POSTER if is_poster else Role.PART,
    )


def _card_port(form: CardFormat) -> FilePort:
    return FilePort(
        name=form.output,
        media_types=("image/jpeg",),
        is_optional=True,
        beside="thumbnail",
        file=f"{form.output.replace('_', '-')}.jpg",
        role=Role.MAIN,
    )


PUBLISH_VIDEO = _publishing(
    "publish.video",
    PublishParams,
    "description",
    Script,
    FilePort(name="video", media_types=("video/mp4",), file="video.mp4", role=Role.MAIN),
    FilePort(name="poster", media_types=("image/jpeg",), beside="video", file="poster.jpg", role=Role.POSTER),
    FilePort(
        name="subtitles_vtt", media_types=("text/vtt",), beside="video", file="subtitles.vtt", role=Role.SUBTITLES
    ),
    FilePort(
        name="subtitles_srt",
        media_types=("application/x-subrip",),
        beside="video",
        file="subtitles.srt",
        role=Role.SUBTITLES,
    ),
)
PUBLISH_PODCAST = _publishing(
    "publish.podcast",
    PublishPodcastParams,
    "description",
    Dialogue,
    FilePort(name="audio_mp3", media_types=("audio/mpeg",), file="audio.mp3", role=Role.MAIN),
    FilePort(name="audio_m4a", media_types=("audio/mp4",), beside="audio_mp3", file="audio.m4a", role=Role.ALTERNATE),
    FilePort(name="cover", media_types=("image/jpeg",), beside="audio_mp3", file="cover.jpg", role=Role.POSTER),
    FilePort(
        name="transcript_vtt",
        media_types=("text/vtt",),
        beside="audio_mp3",
        file="transcript.vtt",
        role=Role.TRANSCRIPT,
    ),
    FilePort(
        name="transcript_html",
        media_types=("text/html",),
        beside="audio_mp3",
        file="transcript.html",
        role=Role.TRANSCRIPT,
    ),
    FilePort(name="chapters", beside="audio_mp3", file="chapters.json", role=Role.CHAPTERS),
)
PUBLISH_ARTICLE = _publishing(
    "publish.article",
    PublishParams,
    "summary",
    Article,
    FilePort(name="page_linked", media_types=("text/html",), file="index.html", role=Role.MAIN),
    FilePort(
        name="page", media_types=("text/html",), beside="page_linked", file="standalone.html", role=Role.ALTERNATE
    ),
    FilePort(
        name="markdown", media_types=("text/markdown",), beside="page_linked", file="article.md", role=Role.ALTERNATE
    ),
    *(_picture_port(form, width_px) for form, width_px in picture_variants()),
)
PUBLISH_CARDS = _publishing(
    "publish.cards",
    PublishParams,
    "caption",
    ProductText,
    *map(_card_port, CardFormat),
    FilePort(name="thumbnail", media_types=("image/webp",), file="thumbnail.webp", role=Role.POSTER),
)
_ON_WORK = tuple(
    FilePort(name=name, media_types=(media_type,), is_optional=True, beside="video", file=file, role=Role.ALTERNATE)
    for name, media_type, file in (
        ("edit", "application/zip", "film.otioz"),
        ("subtitles_ass", "text/x-ssa", "subtitles.ass"),
    )
)
"""What others go on with: of no use where people watch."""
PUBLISH_FOLDER = Recipe(
    kind=StageKind.PUBLISH,
    name="publish.folder",
    revision=1,
    params=PublishFolderParams,
    model="builtin/publisher",
    outputs=(),
    ports=ports_of_piece(
        *(
            replace(port, is_optional=True)
            for recipe in (PUBLISH_VIDEO, PUBLISH_PODCAST, PUBLISH_ARTICLE, PUBLISH_CARDS)
            for port in file_ports(recipe)
        ),
        *_ON_WORK,
    ),
    stage=f"{_PUBLISHERS}.folder_publisher:FolderPublisher",
    summary=("summary", "caption", "description"),
    is_in_store=False,
    determinism=Determinism.EFFECT,
)

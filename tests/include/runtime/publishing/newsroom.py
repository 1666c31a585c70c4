"""Finished pieces in a real store, as the stages upstream leave them, and requests to publish them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

from include.contract.artifacts import Artifact, artifact_of
from include.contract.brief import Brief
from include.contract.conclusion import concluded
from include.contract.decisions import Decision
from include.contract.digital_source import DigitalSource
from include.contract.keys import manifest_key, request_key
from include.contract.labels import PieceLabel
from include.contract.manifests import ItemLine, Manifest, Outcome, RunRef, unpack_lines
from include.contract.models import ModelRegistry
from include.contract.published import Index, Publication, PublishedItem
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest, UpstreamRef, order_of, stage_identity
from include.contract.values import StageKind
from include.runtime.attempt import Attempt
from include.runtime.logs import LogBuffer
from include.runtime.models.asked import RegisteredModels
from include.runtime.publishing.published_store import PublishedStore
from include.runtime.publishing.publisher import publish
from include.runtime.report import Reporter
from include.runtime.stages import stage_of
from include.store.store import Store
from tests.include.runtime.publishing.media import film, picture, sound
from tests.wiring import reading, ref_to

DAY = date(2026, 11, 25)
PUBLIC_URL = "https://media.example.org/published/"
REGISTRY = ModelRegistry.model_validate(
    {"builtin/publisher": {"kind": "publish", "revision": "1", "licence": "MIT", "files": {}}}
)
MODEL = REGISTRY.identity("builtin/publisher")
Outputs = Mapping[str, tuple[bytes, str]]
"""Name to bytes and media type."""


def labelled(
    source: DigitalSource = DigitalSource.ALGORITHMIC,
    sentence: str = "This content was generated automatically.",
    language: str = "en",
) -> Outputs:
    """What every last stage leaves of how the piece was made."""
    told = PieceLabel(digital_source=source.value, sentence=sentence, language=language)
    return {"label": (told.model_dump_json().encode(), "application/json")}


def words(title: str = "Honey", **script: Any) -> Outputs:
    """What a text stage says of a piece."""
    told = {"description": "What bees do.", "summary": "What bees do.", "caption": "What bees do."} | script
    return {
        "title": (title.encode(), "text/plain"),
        "script": (json.dumps(told).encode(), "application/json"),
    }


def card(text: str = "honey") -> Outputs:
    """What a card's stage leaves; its pictures are none."""
    return {
        "card_square": (f"{text} square".encode(), "image/jpeg"),
        "thumbnail": (f"{text} small".encode(), "image/webp"),
        **labelled(),
    }


def episode(seconds: float = 3.0) -> Outputs:
    """What a podcast's stage leaves: real sound and a real cover."""
    return {
        "audio_mp3": (sound(seconds, "mp3", "libmp3lame"), "audio/mpeg"),
        "audio_m4a": (sound(seconds, "ipod", "aac"), "audio/mp4"),
        "cover": (picture(size=(300, 300)), "image/jpeg"),
        "transcript_vtt": (b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n", "text/vtt"),
        "transcript_html": (b"<!doctype html><p>Hello.", "text/html"),
        "chapters": (b'{"version":"1.2.0","chapters":[]}', "application/json+chapters"),
        **labelled(),
    }


def movie(seconds: float = 2.0) -> Outputs:
    """What a video's stage leaves."""
    vtt = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n"
    return {
        "video": (film(seconds), "video/mp4"),
        "poster": (picture(), "image/jpeg"),
        "subtitles_srt": (b"1\n00:00:00,000 --> 00:00:02,000\nHello.\n", "application/x-subrip"),
        "subtitles_vtt": (vtt, "text/vtt"),
        **labelled(),
    }


def article() -> Outputs:
    """What an article's stage leaves: a page that refers to its pictures."""
    page = b'<!doctype html><title>Honey</title><h1>Honey</h1><img src="pictures/01-480.jpg" alt="">'
    pictures = {
        f"picture_{form}_480/{number:02d}": (picture(name, colour), f"image/{form}")
        for form, name in (("avif", "AVIF"), ("webp", "WEBP"), ("jpeg", "JPEG"))
        for number, colour in ((1, "goldenrod"), (2, "sienna"))
    }
    return {
        "page": (page, "text/html"),
        "page_linked": (page, "text/html"),
        "markdown": (b"# Honey\n", "text/markdown"),
        **labelled(),
        **pictures,
    }


@dataclass
class Newsroom:
    """Keeps what was made, asks for it to be published, and looks at what readers see."""

    store: Store
    scratch: Path
    content_type: str = "product_cards"
    recipe: str = "publish.cards"
    publication: dict[str, Any] = field(default_factory=dict)
    """What a publication says besides its content type and day."""

    @property
    def published(self) -> PublishedStore:
        """What readers see."""
        return PublishedStore(self.store, self.content_type)

    def request(
        self,
        pieces: Mapping[str, Outputs | None],
        texts: Mapping[str, Outputs] | None = None,
        *,
        day: date = DAY,
        run_id: str = "run-1",
        decisions: Sequence[Decision] = (),
        settings: Mapping[str, Any] | None = None,
    ) -> StageRequest:
        """A request to publish `pieces`, by brief; None stands for one that failed."""
        recipe = recipe_named(self.recipe)
        made = next(stage for stage in reading(self.recipe).values() if stage != "text")
        told = {brief: (texts or {}).get(brief, words(brief.title())) for brief in pieces}
        upstreams = (self._upstream("text", told, run_id), self._upstream(made, pieces, run_id))
        by_brief = {decision.brief: decision for decision in decisions}
        orders = tuple(
            order_of("publish", recipe, Brief(id=brief, topic=brief), settings or {}).model_copy(
                update={"decision": by_brief.get(brief)}
            )
            for brief in pieces
        )
        _, stage_fingerprint = stage_identity(recipe, MODEL, orders, upstreams)
        facts = {"title": "Honey and more", "description": "All about bees.", "public_url": PUBLIC_URL}
        return StageRequest(
            kind=StageKind.PUBLISH,
            recipe=recipe.name,
            revision=recipe.revision,
            model=MODEL,
            stage_fingerprint=stage_fingerprint,
            run=RunRef(dag_id=self.content_type, run_id=run_id, task_id="publish"),
            orders=orders,
            upstreams=upstreams,
            publication=Publication(**facts | self.publication, content_type=self.content_type, day=day),
        )

    def publish(self, pieces: Mapping[str, Outputs | None], *arguments: Any, **facts: Any) -> list[ItemLine]:
        """Publish `pieces` in this process; what became of each."""
        return self.run(self.request(pieces, *arguments, **facts))

    def run(self, request: StageRequest, store: Store | None = None, stop: Event | None = None) -> list[ItemLine]:
        """Run `request`; what became of each piece."""
        store = store or self.store
        sha256 = request.sha256()
        self.store.put_if_absent(request_key(sha256), request.body())
        reporter = Reporter(store, request.run, sha256, 1, LogBuffer())
        try:
            model = RegisteredModels(request.model, REGISTRY, store)
            publish(Attempt(request, sha256, store, reporter, self.scratch, stop or Event(), model, stage_of, number=1))
        finally:
            reporter.close("done")
        return self.lines(request)

    def manifest(self, request: StageRequest) -> Manifest:
        """What the run left."""
        stored = self.store.read(manifest_key(request.run, request.sha256()))
        assert stored is not None
        return Manifest.model_validate_json(stored.body)

    def lines(self, request: StageRequest) -> list[ItemLine]:
        """Every item of the run."""
        parts = self.manifest(request).parts
        return [line for part in parts for line in unpack_lines(self.store.blob(part.sha256))]

    def index(self) -> Index:
        """The content type's index."""
        return Index.model_validate_json(self.read("index.json"))

    def item(self, slug: str, day: date = DAY) -> PublishedItem:
        """One piece."""
        return PublishedItem.model_validate_json(self.read(f"{day:%Y/%m/%d}/{slug}/item.json"))

    def read(self, path: str) -> bytes:
        """One file that readers see."""
        stored = self.published.read(path)
        assert stored is not None, path
        return stored.body

    def flip(self, key: str) -> None:
        """Damage what lies under `key`: a byte in its middle changes, its size does not."""
        stored = self.store.read(key)
        assert stored is not None, key
        middle = len(stored.body) // 2
        flipped = stored.body[:middle] + bytes([stored.body[middle] ^ 1]) + stored.body[middle + 1 :]
        self.store.put(key, flipped)

    def _upstream(self, stage: str, pieces: Mapping[str, Outputs | None], run_id: str) -> UpstreamRef:
        lines = [self._line(position, *piece) for position, piece in enumerate(pieces.items())]
        conclusion = concluded(lines, self.store.put_blob, is_whole=False)
        run = RunRef(dag_id=self.content_type, run_id=run_id, task_id=stage)
        ref = ref_to(self.recipe, stage)
        manifest = Manifest(
            run=run,
            kind=ref.kind,
            recipe="test.upstream",
            revision=1,
            model=MODEL,
            request="ab" * 32,
            stage_fingerprint="cd" * 32,
            content_digest=conclusion.content_digest,
            counts=conclusion.counts,
            spent_s=0,
            saved_s=0,
            wall_s=0,
            process_started=True,
            parts=conclusion.parts,
        )
        key = manifest_key(run, conclusion.content_digest)
        self.store.put(key, manifest.model_dump_json().encode())
        return ref_to(self.recipe, stage, key, conclusion.content_digest)

    def _line(self, position: int, brief: str, outputs: Outputs | None) -> ItemLine:
        if outputs is None:
            return ItemLine(position=position, item=brief, outcome=Outcome.FAILED, message="did not work")
        artifacts = tuple(self._kept(name, *output) for name, output in outputs.items())
        return ItemLine(position=position, item=brief, outcome=Outcome.MADE, outputs=artifacts)

    def _kept(self, name: str, body: bytes, media_type: str) -> Artifact:
        artifact = artifact_of(name, body, media_type)
        self.store.put_blob(body, artifact)
        return artifact

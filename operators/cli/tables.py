"""The tables, files and models that content types name, checked without making anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property, partial

from include.contract.brief import Brief
from include.contract.content_types import ContentType, StageSettings
from include.contract.deployments import Deployment
from include.contract.entries import Entry
from include.contract.errors import BadRequest, SourceAway, StoreAway, UnknownModel
from include.contract.mistakes import FieldMistake
from include.contract.model_cards import is_reference
from include.contract.own_media import WHOLES_MEDIA, OwnMedia, own_media
from include.contract.registry import recipe_named
from include.contract.source import SourceSettings
from include.contract.source_rows import Mistake, SourceRows
from include.store.store import Store
from operators.briefs.checking import MUSIC, by_place, checked
from operators.briefs.music import check_music
from operators.briefs.own_media import check_own
from operators.chosen_models import ChosenModel
from operators.cli.command import Surroundings
from operators.cli.connecting import connect
from operators.sources.access import Access, source_of
from operators.sources.files import S3


class Tables:
    """Checks them on this machine, and in the store if it is known and answers."""

    def __init__(self, deployment: Deployment, surroundings: Surroundings) -> None:
        self._deployment = deployment
        self._surroundings = surroundings
        self._music: dict[str, str] = {}
        self.passed_over: set[str] = set()
        """Addresses in a store that cannot be asked from here."""
        self.unreachable: dict[str, str] = {}
        """What lies elsewhere and cannot be read now, with the reason."""

    def absent(self, content_type: ContentType) -> Iterator[FieldMistake]:
        """What `content_type` names for all its briefs but cannot be used."""
        settings = content_type.source
        if settings is not None and (wrong := self._wrong_source(content_type, settings)):
            yield FieldMistake(("source", settings.source_key()), wrong)
        for stage, wrong in self._wrong_models(content_type):
            yield FieldMistake(("stages", stage, "model"), wrong)
        music = _default_music(content_type)
        if music is not None and (wrong := self._wrong_music(music)):
            yield FieldMistake(("brief", MUSIC), wrong)
        for each in _default_media(content_type):
            if wrong := self._wrong_own(each):
                yield FieldMistake(("brief", *each.place.split(".")), wrong.removeprefix(f"{each.place}: "))

    def wrong_rows(self, content_type: ContentType) -> list[str]:
        """What is wrong with the rows of `content_type`'s source that are known in advance, a line each, in order."""
        settings = content_type.source
        if settings is None or not settings.about.is_known_ahead:
            return []
        if self._wrong_source(content_type, settings) or settings.named in {*self.passed_over, *self.unreachable}:
            return []
        found: Sequence[SourceRows] = ()
        try:
            with self._passing_over(settings.named):
                dated = source_of(settings).ahead(date.min, date.max, self._access(content_type, settings))
                found = (dated.otherwise, *dated.days.values())
        except BadRequest as error:
            return str(error).splitlines()
        mistakes = [each for rows in found for each in self._of(rows, content_type)]
        told = {f"{each.where}: {each.message}": by_place(each.where) for each in mistakes}
        return sorted(told, key=told.__getitem__)

    def _access(self, content_type: ContentType, settings: SourceSettings) -> Access:
        return Access(content_type.name, settings, self._deployment, lambda: self._store, "source")

    def _of(self, found: SourceRows, content_type: ContentType) -> list[Mistake]:
        default, own = _default_music(content_type), _default_media(content_type)

        def entry_of(brief: Brief) -> Entry:
            # A default that is wrong is told once, where it stands.
            name = brief.music_file
            wrong = self._wrong_music(name) if name not in (None, default) else ""
            told = [f"{MUSIC}: {wrong}"] if wrong else []
            told += [wrong for each in own_media(brief) if each not in own and (wrong := self._wrong_own(each))]
            if told:
                raise BadRequest("\n".join(told))
            return Entry(brief=brief)

        return checked(found, content_type, entry_of)[1]

    def _wrong_source(self, content_type: ContentType, settings: SourceSettings) -> str:
        """Why what the source names is not there; empty where it is, or nobody can say."""
        look = partial(self._look_for_source, content_type, settings)
        return self._refusal(settings.named, look).removeprefix("source: ")

    def _wrong_models(self, content_type: ContentType) -> Iterator[tuple[str, str]]:
        """Stages whose model lies in no store, or may not be used, and why."""
        for name, settings in content_type.stages.items():
            if is_reference(settings.model or ""):
                look = partial(self._look_for_model, settings)
                if wrong := self._refusal(f"model {settings.model}", look):
                    yield name, wrong

    def _look_for_model(self, settings: StageSettings) -> None:
        ChosenModel.of(settings, recipe_named(settings.recipe), self._deployment, self._store)

    def _look_for_source(self, content_type: ContentType, settings: SourceSettings) -> None:
        source_of(settings).check(self._access(content_type, settings))

    def _wrong_music(self, name: str) -> str:
        """Why `name` is no music that can be taken; looked at once, whatever number of rows names it."""
        if name not in self._music:
            look = partial(self._look_for_music, name)
            self._music[name] = self._refusal(name, look).removeprefix(f"{MUSIC}: ")
        return self._music[name]

    def _look_for_music(self, name: str) -> None:
        check_music(name, self._deployment, self._store if name.startswith(S3) else None)

    def _wrong_own(self, each: OwnMedia) -> str:
        """Why what `each` names cannot be brought."""

        def look() -> None:
            check_own(each, self._deployment, self._store if each.name.startswith(S3) else None)

        return self._refusal(each.name, look)

    def _refusal(self, name: str, look: Callable[[], object]) -> str:
        """Why `look` refuses `name`; empty where it does not, or where it lies cannot be asked."""
        try:
            with self._passing_over(name):
                look()
        except (BadRequest, UnknownModel) as error:
            return str(error)
        return ""

    @contextmanager
    def _passing_over(self, name: str) -> Iterator[None]:
        """Note `name`, and go on, where what is asked for it is away."""
        try:
            yield
        except StoreAway:
            self.passed_over.add(name)
        except SourceAway as error:
            self.unreachable[name] = str(error)

    @cached_property
    def _store(self) -> Store:
        try:
            return connect(self._deployment.store, self._surroundings)
        except BadRequest as error:
            raise StoreAway(str(error)) from error


def _default_media(content_type: ContentType) -> list[OwnMedia]:
    """The files that are brought where a brief says nothing else."""
    named = {name: content_type.brief.get(name) for name in WHOLES_MEDIA}
    return list(own_media(Brief.model_validate({"topic": MUSIC, **named})))


def _default_music(content_type: ContentType) -> str | None:
    """The file that is played where a brief says nothing else."""
    return Brief(topic=MUSIC, music=content_type.brief.get(MUSIC, False)).music_file

"""The tables and files that content types name, looked at without making anything of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, partial

from include.contract.brief import Brief
from include.contract.content_types import ContentType
from include.contract.deployments import Deployment
from include.contract.entries import Entry
from include.contract.errors import BadRequest, StoreAway
from include.contract.mistakes import FieldMistake
from include.contract.sources import CalendarSource, table_of
from operators.briefs.checking import MUSIC, by_place, checked
from operators.briefs.music import check_music
from operators.cli.command import Surroundings
from operators.cli.connecting import connect
from operators.sources import Mistake, SourceRows
from operators.sources.calendar import read_whole
from operators.sources.catalogue import read_catalogue
from operators.sources.files import S3
from operators.sources.opening import check_source, open_source
from operators.store import Store


class Tables:
    """Looks at them on this machine, and in the store where it is known and answers."""

    def __init__(self, deployment: Deployment, surroundings: Surroundings) -> None:
        self._deployment = deployment
        self._surroundings = surroundings
        self._music: dict[str, str] = {}
        self.passed_over: set[str] = set()
        """Addresses in a store that cannot be asked from here."""

    def absent(self, content_type: ContentType) -> Iterator[FieldMistake]:
        """Files that `content_type` names for all of its briefs, and that cannot be taken."""
        key, name = table_of(content_type.source)
        if name and (wrong := self._wrong_table(name)):
            yield FieldMistake(("source", key), wrong)
        music = _default_music(content_type)
        if music is not None and (wrong := self._wrong_music(music)):
            yield FieldMistake(("brief", MUSIC), wrong)

    def wrong_rows(self, content_type: ContentType) -> list[str]:
        """What is wrong with the rows of the table that `content_type` names, a line each, in their order."""
        _, name = table_of(content_type.source)
        if not name or self._wrong_table(name) or name in self.passed_over:
            return []
        try:
            mistakes = [each for found in self._found(name, content_type) for each in self._of(found, content_type)]
        except StoreAway:
            self.passed_over.add(name)
            return []
        except BadRequest as error:
            return str(error).splitlines()
        told = {f"{each.where}: {each.message}": by_place(each.where) for each in mistakes}
        return sorted(told, key=told.__getitem__)

    def _found(self, name: str, content_type: ContentType) -> Iterator[SourceRows]:
        """What a calendar has for each of its days, the rows without a day first; a catalogue's rows at once."""
        with open_source(name, self._deployment, self._store_of(name), "source") as body:
            if not isinstance(content_type.source, CalendarSource):
                yield read_catalogue(body, name)
                return
            found, undated = read_whole(body, name)
        yield SourceRows(mistakes=undated)
        yield from found.values()

    def _of(self, found: SourceRows, content_type: ContentType) -> list[Mistake]:
        default = _default_music(content_type)

        def entry_of(brief: Brief) -> Entry:
            # A default that is wrong is told once, where it stands.
            name = brief.music_file
            wrong = self._wrong_music(name) if name not in (None, default) else ""
            if wrong:
                raise BadRequest(f"{MUSIC}: {wrong}")
            return Entry(brief=brief)

        return checked(found, content_type, entry_of)[1]

    def _wrong_table(self, name: str) -> str:
        """Why there is no such table; empty where there is one, or nobody can say."""
        return self._refusal(name, partial(check_source, name, self._deployment, what="source"))

    def _wrong_music(self, name: str) -> str:
        """Why `name` is no music that can be taken; looked at once, whatever number of rows names it."""
        if name not in self._music:
            self._music[name] = self._refusal(name, partial(check_music, name, self._deployment))
        return self._music[name]

    def _refusal(self, name: str, look: Callable[..., object]) -> str:
        """Why `look` refuses `name`, without the field's; empty where it does not, or the store cannot be asked."""
        try:
            look(store=self._store_of(name))
        except BadRequest as error:
            return str(error).partition(": ")[2]
        except StoreAway:
            self.passed_over.add(name)
        return ""

    def _store_of(self, name: str) -> Store | None:
        """The store, where `name` lies in it.

        :raises StoreAway: it is not known here.
        """
        return self._store if name.startswith(S3) else None

    @cached_property
    def _store(self) -> Store:
        try:
            return connect(self._deployment.store, self._surroundings)
        except BadRequest as error:
            raise StoreAway(str(error)) from error


def _default_music(content_type: ContentType) -> str | None:
    """The file that is played where a brief says nothing else."""
    return Brief(topic=MUSIC, music=content_type.brief.get(MUSIC, False)).music_file

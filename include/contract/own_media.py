"""Pictures and recordings that somebody brings with a brief: names, and the files that they become at the entrance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from include.contract.brief import Brief

OWN_MEDIA = ("image", "clip", "voice")
"""Fields of a brief's parts that name files; what each becomes is called after it and its part: `image/03`."""
LOGO, INTRO, OUTRO = "logo", "intro", "outro"
"""Those that are of the whole."""
WHOLES_MEDIA = (LOGO, INTRO, OUTRO)
HOLDERS = (("script", "scenes"), ("article", "sections"), ("dialogue", ""), ("product", ""))
"""Fields of a brief that name files, or whose parts do."""


@dataclass(frozen=True)
class OwnMedia:
    """A file that a brief names."""

    place: str
    """The field, such as `script.scenes.2.image`: in lists counted from 0."""
    artifact: str
    """Name of the file that it becomes, such as `image/03`, or `intro`."""
    name: str
    """What the brief calls it."""

    @property
    def kind(self) -> str:
        """The field, such as `image`."""
        return self.artifact.partition("/")[0]


def own_media(brief: Brief) -> Iterator[OwnMedia]:
    """All that `brief` names, in its order."""
    if brief.logo is not None:
        yield OwnMedia(f"{LOGO}.file", LOGO, brief.logo.file)
    for kind in (INTRO, OUTRO):
        name = getattr(brief, kind)
        if name is not None:
            yield OwnMedia(kind, kind, name)
    for place, number, part in _parts(brief):
        for kind in OWN_MEDIA:
            name = getattr(part, kind, None)
            if name is not None:
                yield OwnMedia(f"{place}.{kind}", f"{kind}/{number:02d}", name)


def without_media(value: Any) -> Any:
    """A brief's field without the names in it: what is brought is known by its digest, whatever it is called."""
    if not isinstance(value, BaseModel):
        return value
    update: dict[str, Any] = {kind: None for kind in OWN_MEDIA if getattr(value, kind, None) is not None}
    for _, parts in HOLDERS:
        if parts and (held := getattr(value, parts, None)):
            update[parts] = tuple(map(without_media, held))
    return value.model_copy(update=update) if update else value


def _parts(brief: Brief) -> Iterator[tuple[str, int, BaseModel]]:
    """Each part with its field and its number."""
    for holder, parts in HOLDERS:
        whole = getattr(brief, holder)
        if whole is not None and not parts:
            yield holder, 1, whole
        for number, part in enumerate((whole is not None and parts and getattr(whole, parts)) or (), start=1):
            yield f"{holder}.{parts}.{number - 1}", number, part

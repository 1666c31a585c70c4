"""The items that a manifest or a stage content lists, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from include.contract.errors import CorruptInput
from include.contract.manifests import ItemLine, ManifestPart, unpack_lines
from include.store.store import Store


def items_in(store: Store, parts: Iterable[ManifestPart], of_what: str, producer: str = "") -> Iterator[ItemLine]:
    """Every item that the `parts` of `of_what` list; a part is read when its first item is needed.

    :param producer: id of the task that makes them again if it is cleared.
    :raises InputLost: a part is gone, or was wrong and is empty now.
    :raises CorruptInput: a part is not a list of items.
    """
    advice = f"; clear the task `{producer}`, which makes it again" if producer else ""
    for part in parts:
        body = store.blob(part.sha256, f"a list of the items of {of_what}", producer)
        try:
            yield from unpack_lines(body)
        except CorruptInput as error:
            raise CorruptInput(f"{of_what}: {error}{advice}") from error

from __future__ import annotations

from include.contract.manifests import ItemLine, Record
from include.contract.values import StageKind
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.stages.warnings import warnings_of
from tests.operators.conftest import films
from tests.operators.planning.archive import Archive

VIDEO = StageKind.VIDEO


def test_each_warning_is_told_once_and_a_record_that_is_gone_or_broken_tells_none(store: Store) -> None:
    content_type = films()
    Archive(store, content_type).make([brief_of({"topic": name}, content_type) for name in ("Bees", "Tea", "Rain")])
    keys = [each.key for each in store.listed("v1/items/video/", 10)]
    lines = [ItemLine(position=0, item="x", fingerprint=key.rpartition("/")[2].partition(".")[0]) for key in keys]
    assert warnings_of(store, [(VIDEO, line) for line in lines]) == ()
    for key, warnings in zip(keys, (["silent", "cut short"], ["silent"], ["cut short"]), strict=True):
        record = Record.model_validate_json(store.get(key) or b"")
        told = record.model_copy(update={"attributes": {"warnings": warnings}})
        store.put(key, told.model_dump_json().encode())
    assert warnings_of(store, [(VIDEO, line) for line in lines]) == ("silent", "cut short")
    store.put(keys[0], b"{")
    store.delete(keys[1])
    nothing = ItemLine(position=1, item="skipped")
    assert warnings_of(store, [(VIDEO, line) for line in (*lines, nothing)]) == ("cut short",)

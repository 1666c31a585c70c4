from __future__ import annotations

from include.contract.manifests import Record
from include.store.store import Store
from operators.briefs.brief import brief_of
from operators.review.looked_at import warned
from operators.review.points import asking_of
from operators.stages.result import reference
from tests.operators.conftest import films
from tests.operators.context import Ti, context_of
from tests.operators.planning.archive import Archive
from tests.wiring import stage_name


def warn(store: Store, kind: str, warning: str) -> None:
    """Have the recipe of every item of a kind that is recorded by now warn of something."""
    for listed in store.listed(f"v1/items/{kind}/", 100):
        record = Record.model_validate_json(store.get(listed.key) or b"")
        told = record.model_copy(update={"attributes": {"warnings": [warning]}})
        store.put(listed.key, told.model_dump_json().encode())


def test_who_looks_at_a_piece_is_told_once_what_its_stages_warned_of(store: Store) -> None:
    recipes = ("script.narrated", "image.scene", "speech.narration", "clip.still", "video.narrated", "publish.video")
    content_type = films(stages={stage_name(each): {"recipe": each} for each in recipes}, review={"after_script": True})
    script, piece = asking_of(content_type).points
    both = [brief_of({"topic": topic}, content_type) for topic in ("Bees", "Tea")]
    manifests = Archive(store, content_type, has_blobs=True).make(both)
    context = context_of(Ti("review.ask", {stage: reference(each) for stage, each in manifests.items()}))
    assert warned(context, store, content_type, piece, "bees") == ()
    warn(store, "text", "no source is named")
    warn(store, "speech", "emoji are not spoken")
    warn(store, "video", "music: is silent")
    told = warned(context, store, content_type, piece, "bees")
    assert told == ("no source is named", "emoji are not spoken", "music: is silent")
    assert warned(context, store, content_type, script, "bees") == ("no source is named",)
    assert warned(context, store, content_type, piece, "be") == ()

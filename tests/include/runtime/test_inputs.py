"""Inputs of the items in hand: fetched once, and gone when nothing needs them."""

from __future__ import annotations

from pathlib import Path

from include.contract.brief import Brief
from include.contract.media_limits import MediaLimits
from include.contract.requests import Execution
from include.runtime.inputs import Inputs
from include.runtime.lookup import LookedUp, resolve
from tests.include.runtime.desk import Desk

HONEY = Brief(topic="Honey bees")


def test_an_input_stays_until_its_last_item_is_done(desk: Desk, tmp_path: Path) -> None:
    text = desk.request("script.narrated", HONEY)
    desk.run(text)
    resolved = resolve(desk.request("image.scene", HONEY, upstreams=[text]), desk.store)
    missing = [LookedUp(each, None) for each in resolved.wanted]
    inputs = Inputs(missing, resolved.producers, desk.store, tmp_path / "work", lambda item, share: None)
    works = [inputs.work(found) for found in missing]
    shared, own = works[0].inputs["look"], works[0].inputs["image_prompt"]
    assert shared == works[1].inputs["look"]
    inputs.clear(missing[0])
    assert (shared.exists(), own.exists(), works[0].scratch.exists()) == (True, False, False)
    for found in missing[1:]:
        inputs.clear(found)
    assert not list((tmp_path / "work/inputs").iterdir())


def test_an_item_knows_what_people_call_what_they_bring_and_how_much_of_it_is_allowed(
    desk: Desk, tmp_path: Path
) -> None:
    text = desk.request("script.narrated", HONEY)
    desk.run(text)
    resolved = resolve(desk.request("image.scene", HONEY, upstreams=[text]), desk.store)
    missing = [LookedUp(each, None) for each in resolved.wanted]
    (digest,) = [each.sha256 for each in missing[0].wanted.inputs if each.name == "look"]
    execution = Execution(brought={digest: "hive.jpg"}, own_media=MediaLimits(picture_mib=3))
    work = Inputs(missing, {}, desk.store, tmp_path, lambda item, share: None, execution=execution).work(missing[0])
    assert (work.called, work.limits) == ({"look": "hive.jpg"}, MediaLimits(picture_mib=3))
    assert work.brought("look", "the picture") == "the picture `hive.jpg`"
    assert work.brought("image_prompt", "the picture") == "the picture that the brief brings"

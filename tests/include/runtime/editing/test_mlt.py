from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element, fromstring

import pytest

from include.contract.values import Transition
from include.runtime.editing.mlt import mlt_document
from tests.include.runtime.editing.parts import clips, tracks


def document(subtitles: str | None = "subtitles.srt", **choice) -> Element:
    return fromstring(mlt_document(tracks(clips(3, **choice)), "media/", subtitles))


def length(element: Element) -> int:
    return int(element.get("length") or int(element.get("out", 0)) - int(element.get("in", 0)) + 1)


@pytest.mark.parametrize("join", [0, 1, 2, 3, 4, 5, 12])
@pytest.mark.parametrize("transition", list(Transition))
def test_every_track_is_as_long_as_the_film(transition: Transition, join: int) -> None:
    root = document(transition=transition, join=join)
    frames = length(root.find("tractor[@id='film']"))
    played = {
        each.get("id"): sum(length(part) for part in each if part.tag != "property") for each in root.iter("playlist")
    }
    assert played == dict.fromkeys(
        ("background", "track-clips", "track-pictures", "track-speech", "track-music"), frames
    )


def test_what_is_named_stands_before_and_once() -> None:
    root = document(transition=Transition.FADE_BLACK)
    ids: list[str] = []
    for element in root:
        for part in element.iter():
            assert part is element or part.get("producer") is None or part.get("producer") in ids
        ids += [element.get("id")] if element.get("id") else []
    assert [name for name, times in Counter(ids).items() if times > 1] == []


def test_no_entry_is_longer_than_its_medium() -> None:
    root = document(transition=Transition.FADE_BLACK)
    lengths = {each.get("id"): length(each) for each in root if each.get("id")}
    entries = [part for element in root for part in element.iter() if part.tag in ("entry", "track")]
    assert all(int(entry.get("out", 0)) < lengths[entry.get("producer")] for entry in entries)


def test_names_are_relative() -> None:
    root = document()
    names = [each.text for each in root.iter("property") if each.get("name") in ("resource", "av.filename")]
    assert all(name == "black" or name == "subtitles.srt" or name.startswith("media/") for name in names)
    assert root.get("root") is None


def test_no_subtitles_are_drawn_if_there_are_none() -> None:
    with_some, without = (
        [each.text for each in document(subtitles).iter("property") if each.text == "avfilter.subtitles"]
        for subtitles in ("subtitles.srt", None)
    )
    assert (len(with_some), len(without)) == (1, 0)


def test_the_camera_is_keyframes_of_the_whole_picture() -> None:
    (rect, *_) = (each.text for each in document().iter("property") if each.get("name") == "transition.rect")
    assert rect == "0=-23.667 -13.333 473.333 266.667 1;83=-53.250 -30.000 532.500 300.000 1"


def test_clips_are_neither_seen_nor_heard() -> None:
    film = document().find("tractor[@id='film']")
    assert [(each.get("producer"), each.get("hide")) for each in film.iter("track")] == [
        ("background", None),
        ("track-clips", "both"),
        ("track-pictures", "audio"),
        ("track-speech", "video"),
        ("track-music", "video"),
    ]

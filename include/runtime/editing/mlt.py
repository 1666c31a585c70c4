"""A film's tracks as an MLT document, which Shotcut opens and `melt` renders.

https://www.mltframework.org/docs/mltxml/ describes the elements. Shotcut knows its own tracks and dissolves by the
properties that begin with `shotcut`, and by the name of the track below all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from include.contract.clips import View
from include.runtime.editing.tracks import Gap, Medium, Piece, Tracks

_BACKGROUND = "background"


def mlt_document(tracks: Tracks, media: str, subtitles: str | None) -> bytes:
    """The document, in UTF-8.

    :param media: what the names of media begin with, seen from the document.
    :param subtitles: name of the file of subtitles that is drawn over all, likewise.
    """
    root = Element("mlt", LC_NUMERIC="C")
    frames = tracks.timeline.frame_count
    _element(root, "profile", _profile(tracks))
    for medium in tracks.media:
        _producer(root, medium, media, tracks.size)
    whole = {"in": 0, "out": frames - 1}
    _element(root, "producer", {"id": "ground", **whole}, length=frames, resource="black", mlt_service="color")
    _element(_element(root, "playlist", {"id": _BACKGROUND}), "entry", {"producer": "ground", **whole})
    named = {"clips": tracks.clips, "pictures": tracks.pictures, "speech": tracks.speech, "music": tracks.music}
    for name, pieces in named.items():
        _playlist(root, name, pieces)
    _film(root, list(named), subtitles, frames)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _element(parent: Element, kind: str, attributes: Mapping[str, object], **properties: object) -> Element:
    """An element with these properties; in their names, `__` stands for a full stop."""
    element = SubElement(parent, kind, {name: str(value) for name, value in attributes.items()})
    for name, value in properties.items():
        SubElement(element, "property", name=name.replace("__", ".")).text = str(value)
    return element


def _profile(tracks: Tracks) -> dict[str, object]:
    width, height = tracks.size
    return {
        "width": width,
        "height": height,
        "display_aspect_num": width,
        "display_aspect_den": height,
        "sample_aspect_num": 1,
        "sample_aspect_den": 1,
        "frame_rate_num": tracks.timeline.fps,
        "frame_rate_den": 1,
        "progressive": 1,
        "colorspace": 709,
    }


def _producer(root: Element, medium: Medium, media: str, size: tuple[int, int]) -> None:
    attributes = {"id": _id(medium), "in": 0, "out": medium.frames - 1}
    producer = _element(root, "producer", attributes, length=medium.frames, resource=f"{media}{medium.name}")
    if medium.views:
        rect = _move(medium.views, size)
        camera = _element(producer, "filter", {}, mlt_service="affine", transition__fill=1, transition__rect=rect)
        _mark(camera, "filter", "affineSizePosition")


def _mark(element: Element, name: str, value: str) -> None:
    SubElement(element, "property", name=f"shotcut:{name}").text = value


def _move(views: Iterable[View], size: tuple[int, int]) -> str:
    """Where the whole picture lies, in frame pixels, so that the camera sees of it what it should."""
    width, height = size
    first: int | None = None
    keys = []
    for view in views:
        first = view.frame if first is None else first
        left, top = -view.left / view.width * width, -view.top / view.height * height
        keys.append(f"{view.frame - first}={left:.3f} {top:.3f} {width / view.width:.3f} {height / view.height:.3f} 1")
    return ";".join(keys)


def _id(medium: Medium) -> str:
    return medium.name.rpartition(".")[0]


def _track(name: str) -> str:
    """The id of a track; media have their names alone."""
    return f"track-{name}"


def _playlist(root: Element, name: str, pieces: Iterable[Piece | Gap]) -> None:
    """A track. What gives way to something else does so in a `tractor` of the two, which stands before the track."""
    track = Element("playlist", id=_track(name))
    _mark(track, "video" if name in ("clips", "pictures") else "audio", "1")
    _mark(track, "name", name)
    left: Piece | None = None
    for number, piece in enumerate(pieces):
        if isinstance(piece, Gap):
            _element(track, "blank", {"length": piece.frames})
            left = None
            continue
        begun = 0
        if left is not None and left.dissolve:
            begun = left.after_cut
            _dissolve(root, track, left, piece, f"{name}-{number}")
        seen = piece.frames - begun - piece.before_cut
        if seen:
            _stretch(track, "entry", piece, piece.first + begun, seen)
        left = piece
    root.append(track)


def _stretch(parent: Element, kind: str, piece: Piece, first: int, frames: int) -> None:
    _element(parent, kind, {"producer": _id(piece.medium), "in": first, "out": first + frames - 1})


def _dissolve(root: Element, track: Element, left: Piece, right: Piece, name: str) -> None:
    frames, last = left.dissolve, left.dissolve - 1
    both = _element(root, "tractor", {"id": name, "in": 0, "out": last})
    _mark(both, "transition", "lumaMix")
    _stretch(both, "track", left, left.first + left.frames - left.before_cut, frames)
    _stretch(both, "track", right, right.first - left.before_cut, frames)
    _element(both, "transition", {"out": last}, a_track=0, b_track=1, factory="loader", mlt_service="luma")
    _element(track, "entry", {"producer": name, "in": 0, "out": last})


def _film(root: Element, names: list[str], subtitles: str | None, frames: int) -> None:
    film = _element(root, "tractor", {"id": "film", "in": 0, "out": frames - 1}, shotcut=1)
    _element(film, "track", {"producer": _BACKGROUND})
    hidden = {"clips": "both", "pictures": "audio"}
    for name in names:
        _element(film, "track", {"producer": _track(name), "hide": hidden.get(name, "video")})
    for number in range(1, len(names) + 1):
        _element(film, "transition", {}, a_track=0, b_track=number, mlt_service="mix", always_active=1, sum=1)
    if subtitles is not None:
        _element(film, "filter", {}, mlt_service="avfilter.subtitles", av__filename=subtitles)

"""The mark in a picture's metadata: IPTC's digital source type, as XMP (ISO 16684-1).

JPEG, WebP and AVIF have a place of their own for XMP; PNG has it in an `iTXt` chunk of an agreed name (XMP
Specification, part 3), for which Pillow has no parameter.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from include.contract.digital_source import DigitalSource, source_told_in
from include.contract.errors import CheckFailed

_PNG, _PNG_KEYWORD = "PNG", "XML:com.adobe.xmp"
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<Iptc4xmpExt:DigitalSourceType>{uri}</Iptc4xmpExt:DigitalSourceType>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def save_marked(picture: Image.Image, path: Path, form: str, source: DigitalSource | None, **settings: Any) -> None:
    """Write `picture` at `path` and have it say what made it.

    :param form: Pillow's name of the format.
    :param source: None leaves it unsaid.
    :param settings: as Pillow's encoder of the format takes them.
    :raises CheckFailed: the finished file does not say it.
    """
    if source is not None:
        settings |= _png_settings(source) if form == _PNG else {"xmp": xmp_of(source)}
    picture.save(path, form, **settings)
    with Image.open(path) as finished:
        found = source_in(finished)
    if found is not source:
        raise CheckFailed(f"{path.name}: its metadata say that it is {found}, but it has to be {source}")


def source_in(picture: Image.Image) -> DigitalSource | None:
    """What an opened picture says that made it; None when it does not say."""
    told = picture.info.get("xmp") or picture.info.get(_PNG_KEYWORD) or ""
    return source_told_in(told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told))


def xmp_of(source: DigitalSource) -> bytes:
    """The packet that says what made a picture."""
    return _PACKET.format(uri=source.uri).encode()


def _png_settings(source: DigitalSource) -> dict[str, Any]:
    info = PngInfo()
    info.add_itxt(_PNG_KEYWORD, xmp_of(source).decode())
    return {"pnginfo": info}

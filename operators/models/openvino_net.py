"""What OpenVINO's description of a network says: that it is one, what goes in and comes out, which weights it needs.

It is other people's XML: read once, tag by tag, and nothing in it is expanded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from include.contract.errors import CorruptInput

_ROOT = "net"
_INPUT, _OUTPUT = "Parameter", "Result"
_MOST_DEPTH = 100
"""Elements within elements; a network whose parts have parts of their own needs some twenty."""


@dataclass(frozen=True)
class OpenvinoNet:
    """A network."""

    inputs: int
    outputs: int
    weights_bytes: int
    """What the file beside it has at least."""


def openvino_net(body: bytes) -> OpenvinoNet:
    """The network that `body` describes.

    :raises CorruptInput: it is not XML, not of a network, or of one without inputs or outputs.
    """
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reading.begin, reading.end
    parser.StartDoctypeDeclHandler = reading.refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise CorruptInput(f"is not XML: {error}; it was cut, or altered") from error
    net = OpenvinoNet(reading.inputs, reading.outputs, reading.weights_bytes)
    if not net.inputs or not net.outputs:
        raise CorruptInput(
            f"describes a network with {net.inputs} inputs and {net.outputs} outputs; allowed: at least one of each; "
            "convert the model again with OpenVINO's tools"
        )
    return net


class _Reading:
    """What the elements so far say."""

    def __init__(self) -> None:
        self.inputs = self.outputs = self.weights_bytes = 0
        self._depth = 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._depth == 0 and name != _ROOT:
            raise CorruptInput(f"is XML, but of no network (found <{name:.100}>; allowed: <{_ROOT}>)")
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise CorruptInput(f"has elements within elements, more than {_MOST_DEPTH} deep; it was altered")
        kind = attributes.get("type") if name == "layer" else None
        self.inputs += kind == _INPUT
        self.outputs += kind == _OUTPUT
        if name == "data" and "offset" in attributes:
            self.weights_bytes = max(self.weights_bytes, _number(attributes, "offset") + _number(attributes, "size"))

    def end(self, _: str) -> None:
        self._depth -= 1

    def refuse(self, *_: object) -> None:
        raise CorruptInput("has a document type of its own, which OpenVINO never writes; it was altered")


def _number(attributes: Mapping[str, str], name: str) -> int:
    written = attributes.get(name, "")
    if not written.isdecimal() or len(written) > 18:
        raise CorruptInput(f"has constants whose `{name}` is {written!r:.100}; allowed: a whole number of bytes")
    return int(written)

"""OpenVINO's description of a network, as its tools write it, and as others alter it."""

from __future__ import annotations

import pytest

from include.contract.errors import CorruptInput
from operators.models.openvino_net import OpenvinoNet, openvino_net
from tests.operators.models.sources import openvino_net as net

WRITTEN = b"""<?xml version="1.0"?>
<net name="Model0" version="11">
  <layers>
    <layer id="0" name="input_ids" type="Parameter" version="opset1">
      <data shape="?,?" element_type="i64" />
      <output><port id="0" precision="I64" names="input_ids"><dim>-1</dim><dim>-1</dim></port></output>
    </layer>
    <layer id="1" name="w" type="Const" version="opset1">
      <data element_type="f16" shape="8, 4" offset="128" size="64" />
    </layer>
    <layer id="2" name="b" type="Const" version="opset1">
      <data size="16" offset="100" element_type="f16" shape="8" />
    </layer>
    <layer id="3" name="logits" type="Result" version="opset1" />
  </layers>
  <rt_info><optimum version="1.27" /></rt_info>
</net>
"""


def test_a_network_says_what_goes_in_and_out_and_what_weights_it_needs() -> None:
    assert openvino_net(WRITTEN) == OpenvinoNet(inputs=1, outputs=1, weights_bytes=192)
    assert openvino_net(net()).weights_bytes == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is not XML: no element found"),
        (WRITTEN[:-20], "is not XML: "),
        (b"<html></html>", r"is XML, but of no network \(found <html>; allowed: <net>\)"),
        (WRITTEN.replace(b"Parameter", b"Const"), "with 0 inputs and 1 outputs; allowed: at least one of each; conver"),
        (WRITTEN.replace(b"Result", b"Relu"), "with 1 inputs and 0 outputs"),
        (WRITTEN.replace(b'"64"', b'"-64"'), "constants whose `size` is '-64'; allowed: a whole number of bytes"),
        (b"<!DOCTYPE net [<!ENTITY a 'aa'>]>" + WRITTEN[22:], "has a document type of its own"),
        (b"<net>" * 200, "more than 100 deep; it was altered"),
    ],
)
def test_what_is_no_network_is_told(body: bytes, said: str) -> None:
    with pytest.raises(CorruptInput, match=said):
        openvino_net(body)

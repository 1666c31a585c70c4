"""YAML as its core schema has it, with the line of every value."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.errors import BadRequest
from include.contract.messages import MAX_MISTAKES
from include.contract.values import Closed
from include.contract.yaml12 import MAX_BYTES, read_model, read_yaml, text_of
from tests.foreign import TREES, written

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("16:9", "16:9"),
        ("2026-01-01", "2026-01-01"),
        ("0o17", 15),
        ("017", 17),
        ("0xff", 255),
        ("1_000", "1_000"),
        ("-1.5e3", -1500.0),
        ("+12", 12),
        ("~", None),
        ("TRUE", True),
        ("'true'", "true"),
        ("-.inf", -math.inf),
        ("{<<: 1}", {"<<": 1}),
        ("!!python/object:os.system x", "x"),
    ],
)
def test_plain_scalars_mean_what_the_core_schema_says(text: str, value: object) -> None:
    assert read_yaml(f"v: {text}", "f").value == {"v": value}


def test_every_value_knows_its_line() -> None:
    document = read_yaml("a:\n  - x\n  - y: 1\n    z: 2\n", "f")
    assert document.line(("a", 1, "z")) == 4
    assert document.line(("a", 1, "z", "deeper")) == 4


@pytest.mark.parametrize("text", ["? [a]\n: 1", "a: 1\n---\nb: 2", "a: \x00", "x" * (MAX_BYTES + 1)])
def test_what_is_not_one_plain_document_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="^f"):
        read_yaml(text, "f")


@pytest.mark.parametrize("number", ["0x" + "f" * 5000, "0o" + "7" * 5000, "9" * 5000, "0x" + "f" * 19])
def test_a_number_beyond_all_limits_is_no_integer(number: str) -> None:
    value = read_yaml(f"v: {number}", "f").value["v"]
    assert isinstance(value, str | float)


class Named(Closed):
    name: str
    number: int = 0


@given(st.text() | TREES.map(written))
@example("name: 0x" + "f" * 5000)
@example('name: "\\ud800"')
@example("name: \ud800")
@example("a: {b: [}")
def test_whatever_stands_in_a_file_is_read_or_refused_in_legible_words(text: str) -> None:
    try:
        said = "f" + read_model(Named, read_yaml(text, "f")).name
    except BadRequest as error:
        said = str(error)
    assert said.startswith("f")
    said.encode()


def test_of_endless_mistakes_the_first_are_told() -> None:
    text = "".join(f"k{number}: 1\n" for number in range(10_000))
    with pytest.raises(BadRequest) as caught:
        read_model(Named, read_yaml(text, "f"))
    rows = str(caught.value).splitlines()
    assert len(rows) == MAX_MISTAKES + 1
    assert rows[-1] == "f: and 9951 more mistakes"


def _folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "f: there is no such file"),
        (lambda path: path.with_name("mys.yaml").touch(), "no such file; did you mean `mys.yaml`\\? name one that is"),
        (_folder, "f: is a folder; name a file"),
        (lambda path: path.write_bytes(b"a: b\nc: \xff\xfe"), "f, line 2: is not UTF-8 text"),
        (lambda path: path.write_bytes(b"x" * (MAX_BYTES + 1)), "f: has more than 1000000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, make: Callable[[Path], None], says: str) -> None:
    make(tmp_path / "my.yaml")
    with pytest.raises(BadRequest, match=says):
        text_of(tmp_path / "my.yaml", "f")


@pytest.mark.parametrize("name", ["x" * 300, "below/my.yaml/x.yaml"])
def test_a_name_that_no_file_has_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "my.yaml").write_text("a: b")
    with pytest.raises(BadRequest, match="f: "):
        text_of(tmp_path / name, "f")


def test_a_file_is_utf_8_whatever_the_locale_says(tmp_path: Path) -> None:
    path = tmp_path / "my.yaml"
    path.write_bytes("topic: Café\n".encode("utf-8-sig"))
    reading = f"text_of(Path({str(path)!r}), 'f')"
    program = f"from pathlib import Path; from include.contract.yaml12 import text_of; print(ascii({reading}))"
    environment = {
        "PATH": "/usr/bin",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "'topic: Caf\\xe9\\n'\n"

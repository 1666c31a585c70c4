from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from include.contract.errors import BadRequest
from include.contract.installed import Distribution, Group, entry_points, failure_in, is_pointer, pointed_at
from tests.distributions import install

Install = Callable[..., Path]
NUMBERS = "[atelier.recipes]\n{name} = {package}.numbers:{attribute}\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs distributions where this process finds them."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("outside_")]:
        monkeypatch.delitem(sys.modules, name)

    def number(name: str, text: str = "ONE = 1\n", entry: str = "one", attribute: str = "ONE") -> Path:
        package = name.replace("-", "_")
        lines = NUMBERS.format(name=entry, package=package, attribute=attribute)
        return install(tmp_path, name, "2.0", {"__init__.py": "", "numbers.py": text}, lines)

    yield number
    entry_points.cache_clear()


def number(name: str, found: object) -> int:
    if not isinstance(found, int):
        raise BadRequest(f"is a {type(found).__name__}; allowed: a number")
    return found


def numbers(**built_in: object) -> Group[int]:
    entry_points.cache_clear()
    return Group("atelier.recipes", "number", number, built_in)


def test_what_is_built_in_comes_first_then_what_distributions_bring_by_their_names(installed: Install) -> None:
    installed("outside-b", entry="b")
    installed("Outside-a", entry="a")
    group = numbers(zero=0)
    assert list(group.all()) == ["zero", "a", "b"]
    assert group.named("a") == 1
    assert group.distribution_of("a") == Distribution(name="Outside-a", version="2.0")
    assert group.distribution_of("zero") is None
    assert not group.refused


def test_what_is_built_in_may_be_a_pointer_too(installed: Install) -> None:
    assert numbers(levels="include.contract.parsing:MAX_LEVELS").named("levels") > 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "import nothing_like_it\n",
            "outside_x/numbers.py, line 1: ModuleNotFoundError: No module named 'nothing_like",
        ),
        ("A = 1\nONE = (\n", "outside_x/numbers.py, line 2: SyntaxError: '(' was never closed"),
        ("ONE = 1 / 0\n", "outside_x/numbers.py, line 1: ZeroDivisionError: division by zero"),
        ("raise SystemExit('no licence')\n", "outside_x/numbers.py, line 1: SystemExit: no licence"),
        ("ONE = 'one'\n", "`outside_x.numbers:ONE`: is a str; allowed: a number"),
        ("ONES = 1\n", "`outside_x.numbers:ONE`: `outside_x.numbers` has no `ONE`; did you mean `ONES`?"),
        ("int('\\n\\n many')\n", "outside_x/numbers.py, line 1: ValueError: invalid literal for int()"),
    ],
)
def test_a_distribution_that_breaks_takes_nothing_else_down(
    installed: Install, text: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    installed("outside-x", text, entry="x")
    installed("outside-y", entry="y")
    with caplog.at_level(logging.WARNING):
        group = numbers(zero=0)
        assert list(group.all()) == ["zero", "y"]
    assert f"it comes with outside-x 2.0, which cannot be used: {told}" in group.refused["x"]
    assert told in caplog.text
    with pytest.raises(BadRequest, match="number `x` is not known: it comes with outside-x 2.0, which cannot be used"):
        group.named("x")


def test_a_pointer_that_is_none_is_told(installed: Install) -> None:
    installed("outside-x", attribute="ONE extra")
    assert "leads nowhere (found 'outside_x.numbers:ONE extra'); allowed: `package." in numbers().refused["one"]


def test_two_distributions_that_bring_one_name_are_both_refused_by_name(installed: Install) -> None:
    installed("outside-x", "ONE = 1\n")
    installed("outside-y", "ONE = 11\n")
    group = numbers()
    assert not group.all()
    assert group.refused["one"] == "outside-x 2.0 and outside-y 2.0 both bring it; uninstall all but one"


def test_what_is_built_in_stays_what_it_is(installed: Install, caplog: pytest.LogCaptureFixture) -> None:
    installed("outside-x", "ONE = 11\n")
    group = numbers(one=1)
    assert group.all() == {"one": 1}
    assert group.distribution_of("one") is None
    assert (
        "number `one`: outside-x 2.0 brings one with this name, but it is built in and cannot be replaced"
        in caplog.text
    )


def test_entry_points_that_mean_nothing_are_told(
    installed: Install, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    install(tmp_path, "outside-x", "2.0", {}, "[atelier.recipe]\none = a:b\n")
    assert not numbers().all()
    assert "outside-x 2.0: entry points `atelier.recipe` mean nothing; did you mean `atelier.recipes`?" in caplog.text


def test_entry_points_that_cannot_be_read_take_nothing_else_down(
    installed: Install, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    install(tmp_path, "outside-x", "2.0", {}, "[atelier.recipes]\nnothing\n")
    installed("outside-y")
    assert list(numbers().all()) == ["one"]
    assert "is ignored: its metadata cannot be read" in caplog.text


def test_a_distribution_without_a_name_takes_nothing_else_down(
    installed: Install, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (install(tmp_path, "outside-x", "2.0", {}) / "outside_x-2.0.dist-info" / "METADATA").unlink()
    installed("outside-y")
    assert list(numbers().all()) == ["one"]
    assert "is ignored: its metadata cannot be read" in caplog.text


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two distributions, of which the second is in order."""
    folder = tmp_path_factory.mktemp("two")
    install(folder, "outside-x", "2.0", {})
    return install(folder, "outside-y", "2.0", {}, "[atelier.recipes]\nof.y = outside_y:Y\n")


@given(st.binary(max_size=60), st.binary(max_size=60))
@example(b"one = a:b\n[atelier.recipes\n", b"")
@example(b"\xff = a:b", b"")
@example(b"one = a:b", b"Name: \xff\nVersion: 1\n")
@example(b"one = a:b", b"Name: a\x00b\nVersion:\n")
def test_whatever_metadata_say_the_rest_is_found(two: Path, entry_points_of_it: bytes, metadata_of_it: bytes) -> None:
    site = two / "outside_x-2.0.dist-info"
    (site / "entry_points.txt").write_bytes(b"[atelier.recipes]\n" + entry_points_of_it)
    (site / "METADATA").write_bytes(metadata_of_it)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(two)])
        entry_points.cache_clear()
        assert "of.y" in [entry.name for entry in entry_points()["atelier.recipes"]]
    entry_points.cache_clear()


def test_a_name_that_nobody_brings_is_told_with_those_that_are_there(installed: Install) -> None:
    with pytest.raises(BadRequest, match=r"number `ones` is not known; did you mean `one`\? allowed: one, two"):
        numbers(two=2, one=1).named("ones")


@pytest.mark.parametrize("text", ["a:b", "a.b_1:C", "_a:b"])
def test_pointers(text: str) -> None:
    assert is_pointer(text)


@pytest.mark.parametrize("text", ["", "a", "a:", ":b", "a.b:c.d", "a b:c", "a:b\n", "a..b:c", "1a:b", "a:b c"])
def test_no_pointers(text: str) -> None:
    assert not is_pointer(text)
    with pytest.raises(BadRequest, match="leads nowhere"):
        pointed_at(text)


def test_a_failure_outside_of_the_package_has_no_place() -> None:
    assert failure_in(KeyError("a\nb"), "haiku.recipes:HAIKU") == r"KeyError: 'a\nb'"

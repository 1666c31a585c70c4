"""What the built-in recipes publish, under which names."""

from __future__ import annotations

import pytest

from include.contract.film_recipes import VIDEO_NARRATED
from include.contract.publishing import LABEL, Role, file_ports
from include.contract.publishing_recipes import PUBLISH_FOLDER, PUBLISH_VIDEO
from include.contract.recipes import BUILT_IN
from include.contract.registry import recipe_named
from include.contract.values import StageKind

PUBLISHING = [each.name for each in BUILT_IN if each.kind is StageKind.PUBLISH]


@pytest.mark.parametrize("recipe", PUBLISHING)
def test_names_are_readable_and_stand_for_one_output_each(recipe: str) -> None:
    ports = list(file_ports(recipe_named(recipe)))
    files = [port.file.format(number="01") for port in ports]
    assert len(set(files)) == len(files) == len({port.takes for port in ports})
    assert not any(file.startswith("/") or ".." in file for file in files)
    assert ports[0].role is Role.MAIN
    assert all(("{number}" in port.file) == port.takes.endswith("/") for port in ports)


@pytest.mark.parametrize("recipe", [name for name in PUBLISHING if recipe_named(name).is_in_store])
def test_one_picture_stands_for_the_piece(recipe: str) -> None:
    assert [port.role for port in file_ports(recipe_named(recipe))].count(Role.POSTER) == 1


def test_the_folder_takes_whatever_any_of_the_others_takes_and_what_editors_go_on_with() -> None:
    others = {
        port for each in BUILT_IN if each.kind is StageKind.PUBLISH and each.is_in_store for port in file_ports(each)
    }
    taken = list(file_ports(PUBLISH_FOLDER))
    assert {(port.takes, port.file, port.role) for port in taken} == {
        *((port.takes, port.file, port.role) for port in others),
        ("edit", "film.otioz", Role.ALTERNATE),
        ("subtitles_ass", "subtitles.ass", Role.ALTERNATE),
    }
    assert all(port.is_optional for port in taken)


def test_what_video_publishes_is_all_that_it_makes_for_those_who_watch_it() -> None:
    for_others = {LABEL, "subtitles_ass", "edit"}
    assert {port.takes for port in file_ports(PUBLISH_VIDEO)} | for_others == {
        each.name for each in VIDEO_NARRATED.outputs
    }

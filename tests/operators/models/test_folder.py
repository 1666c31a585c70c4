from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from include.contract.errors import BadRequest
from operators.models import folder as module
from operators.models.folder import LocalFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tiny"
    (made / "sub").mkdir(parents=True)
    (made / "config.json").write_text("{}")
    (made / "sub" / "a b.json").write_text("[1]")
    return made


def test_files_are_told_by_their_paths_and_hidden_ones_are_passed_over(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("")
    (folder / ".gitattributes").write_text("")
    files = LocalFiles(folder)
    assert files.sizes() == {"config.json": 2, "sub/a b.json": 3}
    assert files.read("sub/a b.json", 1, 9) == b"1]"
    assert files.origin == "tiny"


def test_one_file_is_a_model_of_its_own(folder: Path) -> None:
    files = LocalFiles(folder / "config.json")
    assert files.sizes() == {"config.json": 2}
    assert files.read("config.json", 0, 1) == b"{"


def test_a_link_is_followed_within_the_folder_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("[]")
    (folder / "inside.json").symlink_to("config.json")
    assert LocalFiles(folder).sizes()["inside.json"] == 2
    (folder / "outside.json").symlink_to("../secret.json")
    (folder / "absolute.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(BadRequest) as raised:
        LocalFiles(folder).sizes()
    assert "outside.json: links to ../secret.json, which is outside of the folder" in str(raised.value)
    assert "absolute.json: links to " in str(raised.value)
    assert LocalFiles(folder, within=tmp_path).sizes()["outside.json"] == 2


def test_links_that_lead_to_folders_or_nowhere_are_refused(folder: Path) -> None:
    (folder / "loop").symlink_to(folder)
    (folder / "none.json").symlink_to("nothing")
    (folder / "itself").symlink_to("itself")
    with pytest.raises(BadRequest) as raised:
        LocalFiles(folder).sizes()
    assert "loop: links to a folder" in str(raised.value)
    assert "none.json: is not a file" in str(raised.value)
    assert "itself: is not a file" in str(raised.value)


def test_what_is_no_file_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe.json")
    with pytest.raises(BadRequest, match=r"pipe\.json: is not a file"):
        LocalFiles(folder).sizes()


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="is neither a folder nor a file"):
        LocalFiles(tmp_path / "none").sizes()
    with pytest.raises(BadRequest, match="cannot be read: No such file"):
        LocalFiles(tmp_path).read("none", 0, 1)


def test_a_folder_that_vanishes_meanwhile_is_named(folder: Path) -> None:
    files = LocalFiles(folder)
    files.sizes()
    (folder / "config.json").unlink()
    with pytest.raises(BadRequest, match=f"{folder}/config.json: cannot be read: No such file or .*; leave it there"):
        files.read("config.json", 0, 1)
    shutil.rmtree(folder)
    with pytest.raises(BadRequest, match=f"{folder}: cannot be read: No such file or directory; leave it there until"):
        files.read("config.json", 0, 1)


def test_a_file_that_vanishes_meanwhile_is_named(folder: Path) -> None:
    file = folder / "config.json"
    files = LocalFiles(file)
    files.sizes()
    file.unlink()
    with pytest.raises(BadRequest, match=f"{file}: cannot be read: No such file or directory; leave it there until"):
        files.read("config.json", 0, 1)


def test_a_folder_of_more_files_than_a_model_has_is_not_walked_to_its_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_FILES", 1)
    with pytest.raises(BadRequest, match="has more than 1 files; give the folder of one model"):
        LocalFiles(folder).sizes()

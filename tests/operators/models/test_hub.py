from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.contract.errors import BadRequest, CorruptInput, SourceAway
from include.contract.model_cards import read_reference
from include.store.store import Store
from operators.models.adding import Asked, added, looked_at
from operators.models.hub import HubFiles
from tests.operators.models.hub_server import COMMIT, TOKEN, Hub, hub_with
from tests.operators.models.sources import folder_files
from tests.operators.models.tiny import safetensors

TINY = f"hub:acme/tiny@{COMMIT}"
MORE = {"README.md": b"# Tiny", ".gitattributes": b"", "pytorch_model.bin": b"\x80\x04pickled"}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub, asked with an empty cache and without a token."""
    from huggingface_hub import constants

    with hub_with(folder_files() | MORE) as served:
        paths = f"{served.address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(constants, "ENDPOINT", served.address)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", paths)
        for place in ("HF_HUB_CACHE", "HF_TOKEN_PATH", "AGENT_HARNESSES_PATH"):
            monkeypatch.setattr(constants, place, str(tmp_path / place))
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield served


def downloaded(hub: Hub) -> list[str]:
    """Paths of the files of which bytes were asked for."""
    asked = (line.split()[1] for line in hub.asked if line.startswith(f"GET /{hub.model}/resolve/"))
    return [path.removeprefix(f"/{hub.model}/resolve/{COMMIT}/") for path in asked]


def test_a_model_on_a_hub_is_told_before_anything_of_it_is_downloaded(hub: Hub) -> None:
    files = HubFiles("hub:acme/tiny@v1")
    assert files.sizes() == {path: len(body) for path, body in hub.files.items() if path != ".gitattributes"}
    assert (files.origin, files.licence) == (TINY, "apache-2.0")
    assert downloaded(hub) == []


def test_it_is_added_with_the_files_that_are_asked_for_and_no_others_are_downloaded(hub: Hub, store: Store) -> None:
    looked = looked_at(HubFiles(TINY), without=["*.bin"])
    card = added(looked, Asked(read_reference("acme/tiny@1"), "Apache-2.0", True), store)
    assert set(card.files) == set(folder_files())
    assert card.origin == TINY
    assert sorted(downloaded(hub)) == sorted(folder_files())


def test_a_pickle_is_refused_before_anything_is_downloaded(hub: Hub) -> None:
    with pytest.raises(BadRequest, match=r"pytorch_model\.bin: is a pickle"):
        looked_at(HubFiles(TINY))
    assert downloaded(hub) == []


def test_a_download_that_broke_off_goes_on_where_it_was(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 10_000)
    weights = safetensors({"w": [100_000]})
    hub.files = folder_files() | {"model.safetensors": weights}
    hub.cut_after = 150_000
    looked_at(HubFiles(TINY))
    ranges = [line for line in hub.asked if line.startswith("GET ") and "model.safetensors bytes=" in line]
    assert ranges
    assert not any("bytes=0-" in line for line in ranges)


def test_what_was_altered_on_its_way_is_found_by_its_digest(hub: Hub, store: Store) -> None:
    body = hub.files["model.safetensors"]
    hub.altered["model.safetensors"] = body[:-1] + b"!"
    looked = looked_at(HubFiles(TINY), without=["*.bin"])
    with pytest.raises(CorruptInput, match=r"model\.safetensors: has the digest .* and its place says"):
        added(looked, Asked(read_reference("acme/tiny@1"), "Apache-2.0", True), store)
    assert not store.listed("v1/models/")


@pytest.mark.parametrize("revision", ["main", "refs/pr/1"])
def test_a_revision_that_moves_is_refused_before_the_hub_is_asked(hub: Hub, revision: str) -> None:
    says = f"^hub:acme/tiny@{revision}: the revision may move .found '{revision}'.; allowed: a commit or a tag, as in "
    with pytest.raises(BadRequest, match=says):
        HubFiles(f"hub:acme/tiny@{revision}")
    assert hub.asked == []


@pytest.mark.parametrize("address", ["hub:acme/tiny@v2", "hub:acme/none@v1", "hub:-@v1"])
def test_what_is_not_there_is_told(hub: Hub, address: str) -> None:
    with pytest.raises(BadRequest, match=address):
        HubFiles(address)


def test_what_needs_a_token_is_asked_with_it_and_it_is_in_no_error(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.is_gated = True
    monkeypatch.setenv("HF_TOKEN", "another")
    with pytest.raises(BadRequest, match="the hub refuses: ") as raised:
        HubFiles(TINY)
    assert "another" not in str(raised.value)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert HubFiles(TINY).origin == TINY


def test_a_hub_that_is_away_may_be_asked_later(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    hub.status = 503
    with pytest.raises(SourceAway, match="the hub cannot answer now"):
        HubFiles(TINY)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(SourceAway, match="the hub does not answer"):
        HubFiles(TINY)


@pytest.mark.parametrize("address", ["hub:", "hub:acme/tiny", "hub:acme/tiny@", "hub:a/b/c@1", "hub:../x@1 2"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadRequest, match="is not a model on a hub; allowed: hub:ID@REVISION"):
        HubFiles(address)


def test_without_its_client_one_line_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(BadRequest) as raised:
        HubFiles("hub:acme/tiny@v1")
    assert str(raised.value) == (
        "hub:acme/tiny@v1 needs huggingface-hub beside Airflow; install it there, or give the model's folder"
    )


@pytest.mark.parametrize("path", ["config.json", "model.safetensors"])
def test_a_file_of_another_size_than_the_hub_says_is_told(hub: Hub, path: str) -> None:
    hub.altered[path] = hub.files[path][:-1]
    with pytest.raises(CorruptInput, match="is not as large as the hub says|should be of size"):
        looked_at(HubFiles(TINY), without=["*.bin"])

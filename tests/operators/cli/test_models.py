from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from atelier.testing.s3 import S3
from include.contract.deployments import Deployment
from include.contract.errors import StoreAway
from include.contract.keys import blob_key, model_name_key
from include.contract.model_cards import Backend, Writes, read_reference
from include.contract.prompts import prompts_digest
from include.store.models import Models
from include.store.store import Store
from operators.cli import models
from operators.cli.command import OK, REFUSED, USAGE
from operators.cli.main import INTERRUPTED, main
from operators.models.adding import Asked, Looked
from operators.models.upload import Progress, Step, Tell
from tests.operators.cli.conftest import Atelier
from tests.operators.models.hub_server import COMMIT, hub_with
from tests.operators.models.sources import folder_files, pipeline_files
from tests.operators.models.tiny import tiny_folder, tiny_gguf

ROOT = Path(__file__).resolve().parents[3]
ALLOWED = ("--licence", "Apache-2.0", "--commercial", "yes")


def test_a_gguf_file_is_added_listed_and_shown(atelier: Atelier, store: Store, tmp_path: Path) -> None:
    code, told, _ = atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1+q4", *ALLOWED)
    assert code == OK, told
    card = Models(store).named(read_reference("acme/tiny@1+q4"))
    assert card is not None
    assert card.backend is Backend.TRANSFORMERS
    assert card.settings.writes is Writes.WHOLE
    assert card.settings.prompts == prompts_digest()
    for file in card.files.values():
        assert store.size(blob_key(file.sha256)) == file.bytes
    assert f"digest             {card.digest}" in told
    assert (
        f"acme/tiny@1+q4  text  transformers  Apache-2.0  yes         {card.digest[:12]}"
        in atelier("models", "list")[1]
    )
    shown = json.loads(atelier("models", "show", "acme/tiny@1+q4", "--json")[1])
    assert shown["digest"] == card.digest
    assert atelier("models", "show", "acme/tiny@1+q4")[1] == told


def test_a_folder_is_added_with_every_file_but_those_for_people(atelier: Atelier, store: Store, tmp_path: Path) -> None:
    folder = tiny_folder(tmp_path)
    (folder / "README.md").write_text("Read me.")
    (folder / ".gitattributes").write_text("")
    code, _, said = atelier("models", "add", folder, "--name", "acme/tiny@1", *ALLOWED)
    assert code == OK, said
    card = Models(store).named(read_reference("acme/tiny@1"))
    assert card is not None
    assert set(card.files) == {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    assert "left out: README.md" in said


def test_a_pipeline_of_diffusers_is_added_and_shown_with_what_it_takes(atelier: Atelier, tmp_path: Path) -> None:
    folder = tmp_path / "flux"
    for path, body in pipeline_files().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    code, told, said = atelier("models", "add", folder, "--name", "acme/flux@1", "--steps", "4", *ALLOWED)
    assert code == OK, said
    rows = dict(line.split(maxsplit=1) for line in told.splitlines() if line.count(" ") > 2)
    assert (rows["kind"], rows["backend"], rows["steps"], rows["guidance"]) == ("image", "diffusers", "4", "5.0")
    assert "vae/diffusion_pytorch_model.safetensors" in told


@pytest.mark.parametrize("left_out", ["--licence", "--commercial"])
def test_without_a_licence_nothing_is_added(atelier: Atelier, store: Store, tmp_path: Path, left_out: str) -> None:
    words = [*ALLOWED]
    del words[words.index(left_out) : words.index(left_out) + 2]
    code, _, said = atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1", *words)
    assert code == REFUSED
    assert "no licence is given" in said
    assert store.listed("v1/") == []


@pytest.mark.parametrize(
    ("words", "where"),
    [(("add", "x.gguf", "--name"), "--name"), (("show",), "NAME"), (("verify",), "NAME"), (("remove",), "NAME")],
)
def test_what_is_no_name_is_told_with_how_one_is_written(atelier: Atelier, words: tuple[str, ...], where: str) -> None:
    code, _, said = atelier("models", *words, "acme/tiny")
    assert code == REFUSED
    assert said.startswith(f"{where}: is no name of a model with its revision (found 'acme/tiny'); allowed: `name@rev")


@pytest.mark.parametrize("name", ["builtin/sketch", "builtin/sketch@1"])
def test_a_built_in_model_is_told_as_one_and_where_it_is_described(atelier: Atelier, name: str) -> None:
    for action in ("show", "verify", "remove"):
        code, _, said = atelier("models", action, name)
        assert (code, said) == (
            REFUSED,
            f"NAME: is a built-in model's (found '{name}'), of which the store has no card: include/models.yaml "
            "describes what ships; allowed: a model of your own, as in `atelier models list`\n",
        )
    code, _, said = atelier("models", "add", "x.gguf", "--name", name, *ALLOWED)
    assert (code, said) == (
        REFUSED,
        f"--name: begins with `builtin/` as built-in models do (found '{name}'); choose another name\n",
    )


def test_a_name_that_is_not_there_is_told_with_those_that_are(atelier: Atelier, tmp_path: Path) -> None:
    atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1", *ALLOWED)
    code, _, said = atelier("models", "show", "acme/tony@1")
    assert code == REFUSED
    assert "did you mean `acme/tiny@1`?" in said


def test_a_model_on_a_hub_is_added_by_whoever_has_its_client(
    deployment: Deployment, store: Store, s3: S3, tmp_path: Path
) -> None:
    file = tmp_path / "deployment.json"
    file.write_text(deployment.model_dump_json(exclude_none=True))
    command = [sys.executable, "-m", "operators.cli", "--deployment", file, "models", "add", f"hub:acme/tiny@{COMMIT}"]
    with hub_with(folder_files()) as hub:
        environment = {"PATH": os.environ["PATH"], "HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "hub")}
        told = subprocess.run(
            [*command, "--name", "acme/tiny@1", *ALLOWED],
            cwd=ROOT,
            env=environment | s3.environment(),
            capture_output=True,
            text=True,
            check=True,
        )
    card = Models(store).named(read_reference("acme/tiny@1"))
    assert card is not None
    assert f"digest             {card.digest}" in told.stdout
    assert f"from               hub:acme/tiny@{COMMIT}" in told.stdout


def test_a_folder_in_s3_is_added(atelier: Atelier, store: Store, s3: S3) -> None:
    for path, body in folder_files().items():
        s3.client().put_object(Bucket=s3.bucket, Key=f"shared/tiny/{path}", Body=body)
    place = f"s3://{s3.bucket}/shared/tiny"
    code, told, said = atelier("models", "add", place, "--name", "acme/tiny@1", *ALLOWED)
    assert code == OK, said
    assert f"from               {place}" in told


def test_a_model_on_a_server_is_added(atelier: Atelier, store: Store) -> None:
    server = ("--address", "http://llm.example/v1", "--server-model", "qwen3-4b", "--temperature", "0")
    code, told, said = atelier("models", "add", "--name", "acme/served@1", *server, *ALLOWED)
    assert code == OK
    assert "--address: http://llm.example/v1/models: the name `llm.example` is not known: " in said
    assert "backend            openai" in told
    assert "temperature        0.0" in told
    assert "weights in memory  none here" in told


def test_a_server_that_leads_elsewhere_leaves_nothing_in_the_store(atelier: Atelier, store: Store) -> None:
    class Leading(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://elsewhere.example/")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Leading) as server:
        Thread(target=server.handle_request, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/v1"
        words = ("--address", address, "--server-model", "qwen3-4b", *ALLOWED)
        code, told, said = atelier("models", "add", "--name", "acme/served@1", *words)
    assert (code, told, said.count("\n")) == (REFUSED, "", 1)
    assert said.startswith(f"--address: {address}/models leads to http://elsewhere.example/, and stages follow no ")
    assert store.listed("v1/") == []


def test_without_a_source_or_a_server_there_is_nothing_to_add(atelier: Atelier) -> None:
    code, _, said = atelier("models", "add", "--name", "acme/tiny@1", *ALLOWED)
    assert (code, said) == (
        REFUSED,
        "there is nothing to add; give SOURCE, or the `--address` of a model on a server\n",
    )


def test_what_was_there_is_told_apart_from_what_is_sent(atelier: Atelier, tmp_path: Path) -> None:
    file = tiny_gguf(tmp_path)
    sent = atelier("models", "add", file, "--name", "acme/tiny@1", *ALLOWED)[2]
    assert "tiny.gguf: 1.5 kB, sent\n1 file: 1.5 kB sent (" in sent
    again = atelier("models", "add", file, "--name", "acme/tiny@1", *ALLOWED)[2]
    assert again.startswith("tiny.gguf: 1.5 kB, was there\n1 file: 0 B sent (0 B/s), 1.5 kB were there\n")
    assert "set `model: acme/tiny@1` in a stage of a content type" in again


def test_the_same_files_from_a_folder_with_another_name_are_one_line(
    atelier: Atelier, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "renamed").mkdir()
    good, renamed = tiny_folder(tmp_path / "good"), tmp_path / "renamed" / "other"
    shutil.copytree(good, renamed)
    atelier("models", "add", good, "--name", "acme/good@1", *ALLOWED)
    once_more = ("models", "add", renamed, "--name", "acme/good@1", *ALLOWED)
    line = f"acme/good@1 has these files already; first added from `{good.name}`\n"
    assert atelier(*once_more) == (OK, line, "")
    told = json.loads(atelier(*once_more, "--json")[1])
    total = sum(file["bytes"] for file in told["files"].values())
    assert (told["name"], told["sent_bytes"], told["kept_bytes"]) == ("acme/good@1", 0, total)
    weights = told["files"]["model.safetensors"]
    store.delete(blob_key(weights["sha256"]))
    code, out, said = atelier(*once_more)
    assert (code, out) == (OK, line)
    assert said.startswith("model.safetensors: ")
    assert ", sent\n4 files: " in said
    assert store.size(blob_key(weights["sha256"])) == weights["bytes"]


def test_a_store_that_goes_away_in_the_middle_is_one_line_that_says_what_stays(
    atelier: Atelier, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*arguments: object) -> None:
        raise StoreAway("s3://b/k: the store at http://s3 does not answer")

    monkeypatch.setattr(Store, "put_blob", away)
    code, told, said = atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1", *ALLOWED)
    assert (code, told) == (REFUSED, "")
    assert said.endswith("does not answer; 0 B of 1.5 kB are in the store and stay there: run it again\n")
    assert said.count("\n") == 1


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_sent(
    atelier: Atelier, store: Store, tmp_path: Path
) -> None:
    folder = tiny_folder(tmp_path)
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x04")
    (folder / "modeling.py").write_text("")
    code, _, said = atelier("models", "add", folder, "--name", "acme/tiny@1", *ALLOWED)
    assert code == REFUSED
    assert [line.split(":")[0] for line in said.splitlines()] == ["modeling.py", "pytorch_model.bin"]
    assert store.listed("v1/") == []


def test_a_commercial_deployment_is_told_that_it_will_refuse_what_is_not(atelier: Atelier, tmp_path: Path) -> None:
    file = tmp_path / "deployment.yaml"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"commercial": True}))
    words = ("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1", "--licence", "CC-BY-NC-4.0")
    code, _, said = atelier(*words, "--commercial", "no")
    assert code == OK
    assert "acme/tiny@1 may not be used commercially, but this deployment" in said


def test_models_are_verified_and_what_was_damaged_is_told(atelier: Atelier, store: Store, tmp_path: Path) -> None:
    for name in ("acme/one@1", "acme/two@1"):
        atelier("models", "add", tiny_gguf(tmp_path), "--name", name, *ALLOWED)
    code, told, _ = atelier("models", "verify")
    assert (code, told) == (OK, "2 models, 2 files, 2.9 kB: nothing is wrong\n")
    card = Models(store).named(read_reference("acme/one@1"))
    assert card is not None
    store.put(blob_key(card.files["tiny.gguf"].sha256), b"damaged")
    code, told, said = atelier("models", "verify", "acme/one@1")
    assert (code, told) == (REFUSED, "1 model, 1 file, 1.5 kB: 1 wrong\n")
    assert "add the model again (it came from `tiny.gguf`)" in said
    code, told, _ = atelier("models", "verify", "--json")
    both = json.loads(told)
    assert code == REFUSED
    assert [each["name"] for each in both] == ["acme/one@1", "acme/two@1"]
    assert all("`tiny.gguf`" in wrong for each in both for wrong in each["wrong"])
    assert all(len(each["wrong"]) == 1 for each in both)
    atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/one@1", *ALLOWED)
    assert [each["wrong"] for each in json.loads(atelier("models", "verify", "--json")[1])] == [[], []]
    assert atelier("models", "verify", "acme/three@1")[0] == REFUSED


def test_a_name_is_removed_and_what_it_led_to_stays(atelier: Atelier, store: Store, tmp_path: Path) -> None:
    atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1", *ALLOWED)
    code, told, _ = atelier("models", "remove", "acme/tiny@1")
    assert code == OK
    assert told.startswith("The name acme/tiny@1 is removed. Its card and files stay")
    assert len(store.listed("v1/models/")) == len(store.listed("v1/blobs/")) == 1
    said = atelier("models", "list")[1]
    assert (
        said == "There are no models of your own; `atelier models add` adds one. Built-in ones: include/models.yaml.\n"
    )
    assert atelier("models", "remove", "acme/tiny@1")[0] == REFUSED


def test_a_name_that_holds_no_card_hides_no_other(atelier: Atelier, store: Store, tmp_path: Path) -> None:
    atelier("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1", *ALLOWED)
    store.put(model_name_key("acme/broken", "1"), b"{")
    code, told, said = atelier("models", "list", "--json")
    assert code == REFUSED
    assert [each["name"] for each in json.loads(told)] == ["acme/tiny@1"]
    assert f"model acme/broken@1: {store.domain.uri(model_name_key('acme/broken', '1'))} cannot be read" in said
    assert atelier("models", "remove", "acme/broken@1")[0] == OK


def test_a_name_that_was_altered_by_hand_is_shown_by_nothing_and_mended_as_is_said(
    atelier: Atelier, store: Store, tmp_path: Path
) -> None:
    adding = ("models", "add", tiny_gguf(tmp_path), "--name", "acme/tiny@1", *ALLOWED)
    atelier(*adding)
    card = Models(store).named(read_reference("acme/tiny@1"))
    assert card is not None
    altered = card.model_copy(update={"licence": "GPL-3.0"}).model_dump_json().encode()
    store.put(model_name_key("acme/tiny", "1"), altered)
    for words in (("list",), ("show", "acme/tiny@1"), ("verify",), adding[1:]):
        code, told, said = atelier("models", *words)
        assert code == REFUSED
        assert "GPL" not in told + said
        assert "was altered by hand" in said
        assert "`atelier models remove acme/tiny@1`), then add the model again" in said
    code, told, _ = atelier("models", "list", "--json")
    assert (code, json.loads(told)) == (REFUSED, [])
    assert atelier("models", "remove", "acme/tiny@1")[0] == OK
    assert atelier(*adding)[0] == OK
    assert Models(store).named(read_reference("acme/tiny@1")) == card


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--languages", "en,,de"), "'' is not a language; allowed: BCP 47 tags"),
        (("--commercial", "maybe"), "--commercial"),
        (("--kind", "poem"), "--kind"),
    ],
)
def test_a_word_that_cannot_be_is_refused_before_the_store_is_asked(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["models", "add", "x.gguf", "--name", "acme/tiny@1", *words])
    assert ended.value.code == USAGE
    assert says in capsys.readouterr().err


def test_an_upload_that_is_stopped_says_what_stays_and_what_to_do(
    atelier: Atelier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped_half_way(looked: Looked, wanted: Asked, store: Store, tell: Tell) -> None:
        tell(Progress("config.json", Step.SENT, 100))
        raise KeyboardInterrupt

    monkeypatch.setattr(models, "added", stopped_half_way)
    code, _, said = atelier("models", "add", tiny_folder(tmp_path), "--name", "acme/tiny@1", *ALLOWED)
    assert code == INTERRUPTED
    assert re.fullmatch(r"Stopped; 100 B of 1\.\d kB are in the store and stay there: run it again\n", said)

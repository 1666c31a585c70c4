from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from include.contract.brief import Brief
from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, StoreAway
from include.contract.keys import blob_key
from include.contract.values import Aspect
from operators.entrance import BriefOperator, brief_of, read_entry
from operators.store import Store
from tests.operators.conftest import Run

DEFAULTS = {"language": "en", "scenes": 5, "aspect": "9:16", "voice": "auto", "music": False}


def test_the_form_wins_over_the_content_type_and_null_means_its_default() -> None:
    brief = brief_of({"topic": " Bees ", "scenes": 3, "aspect": None, "id": None, "script": None}, DEFAULTS)
    assert (brief.topic, brief.scenes, brief.aspect, brief.id) == ("Bees", 3, Aspect.UPRIGHT, "bees")


@pytest.mark.parametrize(
    ("conf", "says"),
    [
        ({}, ["needs a `topic`"]),
        ({"topic": "Bees", "topics": "x"}, ["- topics: is not a field of a brief", "`topic`?", "Allowed: id, topic,"]),
        ({"topic": "Bees", "scenes": 0}, ["- scenes: ", "greater than or equal to 1", "(found 0)"]),
        ({"topic": "Bees", "aspect": "4:3"}, ["- aspect: ", "'16:9', '9:16' or '1:1'", "(found '4:3')"]),
        ({"topic": "Bees", "language": "tlh-x"}, ["- language: ", "(found 'tlh-x')"]),
        ({"topic": "Bees", "voice": "nobody"}, ["nobody", "auto"]),
        ({"topic": "", "scenes": "many"}, ["- topic: is empty", "- scenes: "]),
        ({"script": {"scenes": [{"narration": "x", "speech": "y"}]}}, ["- script.scenes.0.speech: is not a field"]),
        ({"id": "../../etc", "topic": "Bees"}, ["- id: "]),
    ],
)
def test_a_wrong_brief_is_refused_with_a_line_a_mistake(conf: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(BadRequest) as caught:
        brief_of(conf, DEFAULTS)
    first, *rows = str(caught.value).splitlines()
    assert "nothing was started" in first
    assert all(row.startswith("- ") and len(row) < 1000 for row in rows)
    for part in says:
        assert part in str(caught.value)


def test_a_scripts_scenes_outdo_the_number_that_the_form_shows() -> None:
    script = {"scenes": [{"narration": "One."}, {"narration": "Two."}]}
    assert brief_of({"script": script, "scenes": 5}, DEFAULTS).scenes == 2
    assert brief_of({"script": script}, DEFAULTS).scenes == 2
    with pytest.raises(BadRequest, match="`scenes` says 4, `script.scenes` has 2"):
        brief_of({"script": script, "scenes": 4}, DEFAULTS)


def test_the_resolved_brief_lies_in_the_store_and_xcom_says_where(deployment: Deployment, store: Store) -> None:
    run = Run(deployment)
    run.brief({"topic": "Bees {{ 7 * 7 }}"})
    pushed = run.xcoms["brief"]
    assert pushed.keys() == {"brief", "sha256", "files"}
    assert Brief.model_validate_json(store.get(blob_key(pushed["sha256"])) or b"").topic == "Bees {{ 7 * 7 }}"
    assert read_entry(pushed, store).brief.scenes == 2


@pytest.mark.parametrize("where", ["folder", "store"])
def test_a_music_file_becomes_a_blob_and_only_its_digest_travels(
    deployment: Deployment, store: Store, where: str
) -> None:
    song = b"RIFF" + bytes(100)
    if where == "folder":
        (Path(deployment.files or "") / "song.wav").write_bytes(song)
        name = "song.wav"
    else:
        store.client.put_object(Bucket=store.domain.bucket, Key="inbox/song.wav", Body=song)
        name = f"s3://{store.domain.bucket}/inbox/song.wav"
    run = Run(deployment)
    run.brief({"topic": "Bees", "music": name})
    (file,) = run.xcoms["brief"]["files"]
    assert (file["name"], file["bytes"], file["media_type"]) == ("music", 104, "audio/wav")
    assert store.get(blob_key(file["sha256"])) == song
    assert read_entry(run.xcoms["brief"], store).brief.music is True
    assert "song" not in json.dumps(run.xcoms["brief"])


@pytest.mark.parametrize(
    ("music", "says"),
    [
        ("missing.mp3", "is not a file below"),
        ("../outside.mp3", "is not a file below"),
        ("link.mp3", "is not a file below"),
        ("/etc/passwd", "is not a music file"),
        ("empty.mp3", "has 0 bytes; allowed: 1 to"),
        ("s3://no-such-bucket-here/a.mp3", "does not exist"),
        ("s3:///a.mp3", "does not exist"),
    ],
)
def test_music_from_elsewhere_is_refused(deployment: Deployment, tmp_path: Path, music: str, says: str) -> None:
    (tmp_path / "outside.mp3").write_bytes(b"x")
    (tmp_path / "files" / "empty.mp3").write_bytes(b"")
    (tmp_path / "files" / "link.mp3").symlink_to(tmp_path / "outside.mp3")
    with pytest.raises(BadRequest, match=re.escape(says)):
        Run(deployment).brief({"topic": "Bees", "music": music})


def test_a_brief_is_never_a_template(deployment: Deployment) -> None:
    assert BriefOperator(task_id="brief", defaults=DEFAULTS, deployment=deployment).template_fields == ()


def test_a_store_that_does_not_answer_is_transient(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = {"endpoint_url": "http://127.0.0.1:9", "region_name": "us-east-1"}
    connection = {"conn_type": "aws", "login": "a", "password": "b", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_ATELIER_STORE", json.dumps(connection))
    with pytest.raises(StoreAway, match="does not answer"):
        Run(deployment).brief({"topic": "Bees"})

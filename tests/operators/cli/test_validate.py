from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from include.contract.keys import Domain
from include.contract.model_cards import ModelCard, OpenaiSettings, read_reference
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store
from tests.operators.cli.conftest import Atelier, write_type
from tests.wiring import FILM_STAGES

ROOT = Path(__file__).resolve().parents[3]
CALENDAR = {"schedule": "0 6 * * *", "start_date": "2026-01-01", "source": {"calendar": "calendar.csv"}}


def test_what_is_shipped_has_no_mistakes_and_airflow_is_not_loaded_to_say_so() -> None:
    program = "import sys; from operators.cli.main import main; main(['validate']); print('airflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    summary, airflow = done.stdout.splitlines()
    assert summary.startswith("No mistakes in ")
    assert airflow == "False"


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"stages": {"the_text": {"recipe": "script.narrated"}}}, "line 7: `stages.the_text`: has the wrong form"),
        ({"stages": {"text": {"recipe": "script.naratted"}}}, "line 8: `stages.text.recipe`: is not a recipe"),
        ({"stages": {"image": {"recipe": "image.scene"}}}, "`stages.image`: reads `image_prompt/` (text/plain)"),
        (
            {"stages": {"text": {"recipe": "script.narrated", "profile": "gpu-9000"}}},
            "line 9: `stages.text.profile`: is not in the deployment (found 'gpu-9000')",
        ),
        (
            {"stages": {"text": {"recipe": "script.narrated", "model": "builtin/sketch"}}},
            "line 9: `stages.text.model`: is not a registered model of this kind",
        ),
        ({"schedule": "99 * * * *", "start_date": "2026-01-01"}, "`schedule`: its minute is wrong (found '99')"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(
    atelier: Atelier, tmp_path: Path, settings: dict[str, object], line: str
) -> None:
    code, out, _ = atelier("validate", write_type(tmp_path, **settings))
    assert code == 1
    assert "films.yaml, line " in out
    assert line in out


def test_a_model_of_ones_own_is_looked_for_in_the_store(atelier: Atelier, tmp_path: Path, store: Store) -> None:
    stages = {"text": {"recipe": "script.narrated", "model": "acme/big@1"}}
    file = write_type(tmp_path, stages=stages)
    code, out, _ = atelier("validate", file)
    assert code == 1
    assert "films.yaml, line 9: `stages.text.model`: model acme/big@1 is not in s3://" in out
    served = OpenaiSettings(address="https://models.example/v1", server_model="big")
    card = ModelCard(kind=StageKind.TEXT, settings=served, licence="own", commercial=True)
    models = Models(store)
    models.keep(card)
    models.name(read_reference("acme/big@1"), card)
    assert atelier("validate", file)[0] == 0
    stages["text"]["profile"] = "cpu-smal"
    code, out, _ = atelier("validate", write_type(tmp_path, stages=stages))
    assert (code, out.count("cpu-smal`"), out.splitlines()[-1]) == (1, 0, "1 mistake")
    assert "`stages.text.profile`: is not in the deployment (found 'cpu-smal'); did you mean `cpu-small`?" in out


def test_a_model_that_is_misspelt_is_told_without_a_store(atelier: Atelier, tmp_path: Path) -> None:
    stages = {"text": {"recipe": "script.narrated", "model": "acme/big@main"}}
    code, out, _ = atelier("validate", write_type(tmp_path, stages=stages))
    assert code == 1
    assert "line 9: `stages.text.model`: is no name of a model (found 'acme/big@main'): its revision `main`" in out


def test_a_model_of_ones_own_without_its_revision_is_told_how_such_models_are_named(
    atelier: Atelier, tmp_path: Path
) -> None:
    text, image = ({"recipe": recipe, "model": "acme/big"} for recipe in ("script.narrated", "image.card"))
    _, out, _ = atelier("validate", write_type(tmp_path, stages={"text": text}))
    assert "(found 'acme/big'); allowed: builtin/" in out
    assert out.splitlines()[0].endswith("a model of your own, always with its revision, as in `acme/qwen3-4b@1`")
    _, out, _ = atelier("validate", write_type(tmp_path, stages={"image": image}))
    assert "(found 'acme/big'); allowed: " in out
    assert "of your own" not in out


def test_mistakes_of_all_files_are_told_at_once(atelier: Atelier, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: films\ntitle: ]")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"name: x\ntitle: \xff\n")
    code, out, _ = atelier(
        "validate", wrong, binary, tmp_path / "gone.yaml", tmp_path / "type.yml", write_type(tmp_path)
    )
    assert code == 1
    assert "wrong.yaml, line 2: is not YAML" in out
    assert "binary.yaml, line 2: is not UTF-8 text" in out
    assert "gone.yaml: there is no such file" in out
    assert "type.yml: is ignored: the name of a content type's file ends in `.yaml`" in out
    assert out.endswith("4 mistakes\n")


def test_two_content_types_with_one_name_are_told_with_both_files(atelier: Atelier, tmp_path: Path) -> None:
    first, second = write_type(tmp_path / "one"), write_type(tmp_path / "two")
    code, out, _ = atelier("validate", first, second)
    assert code == 1
    assert f"{second}: `name`: 'films' is also the name of {first}" in out


def test_every_bad_row_of_a_calendar_is_told_whatever_its_day(atelier: Atelier, tmp_path: Path) -> None:
    (tmp_path / "files" / "calendar.csv").write_text(
        "date,id,topic\n2026-11-01,one,Bees\nsoon,two,Tea\n2027-01-01,three,=A1\n2026-11-01,one,Again\n"
    )
    code, out, _ = atelier("validate", write_type(tmp_path, **CALENDAR))
    assert code == 1
    assert [line.split(": ")[:2] for line in out.splitlines()[:-1]] == [
        ["calendar.csv, line 3", "date"],
        ["calendar.csv, line 4", "topic"],
        ["calendar.csv, line 5", "id"],
    ]


def test_a_calendar_that_is_not_there_and_a_wrong_deployment_are_mistakes(atelier: Atelier, tmp_path: Path) -> None:
    code, out, _ = atelier("validate", write_type(tmp_path, **CALENDAR))
    assert (code, "films.yaml, line 20: `source.calendar`: `calendar.csv` is not a file in the folder" in out) == (
        1,
        True,
    )
    (tmp_path / "deployment.yaml").write_text("engine: steam\n")
    code, out, _ = atelier("validate")
    assert (code, "deployment.yaml, line 1: `engine`" in out) == (1, True)


MUSICAL = {**CALENDAR, "stages": FILM_STAGES}


def told_lines(out: str) -> list[str]:
    return [line.partition(": ")[0] for line in out.splitlines()[:-1]]


def test_rows_are_told_beside_what_is_wrong_with_the_content_type(atelier: Atelier, tmp_path: Path) -> None:
    (tmp_path / "files" / "calendar.csv").write_text("date,topic,music\nsoon,Tea,\n2026-11-01,Rain,gone.mp3\n")
    stages = {stage: {**told, "profile": "gpu-9000"} for stage, told in FILM_STAGES.items()}
    code, out, _ = atelier("validate", write_type(tmp_path, retries=3, **CALENDAR | {"stages": stages}))
    assert code == 1
    assert told_lines(out) == [
        *(f"films.yaml, line {line}" for line in (9, 12, 15, 18, 21, 22)),
        "calendar.csv, line 2",
        "calendar.csv, line 3",
    ]


def test_what_mistakes_keep_from_being_looked_at_is_said(atelier: Atelier, tmp_path: Path) -> None:
    (tmp_path / "files" / "calendar.csv").write_text("date,topic\nsoon,Tea\n")
    wrong = write_type(tmp_path, **CALENDAR | {"stages": {"text": {"recipe": "script.narratd"}}})
    code, out, _ = atelier("validate", wrong)
    assert code == 1
    assert "Not checked until these are fixed: the tables and files of films.yaml." in out
    (tmp_path / "deployment.yaml").write_text("engine: steam\n")
    _, out, _ = atelier("validate", wrong)
    assert "deployment.yaml, line 1: `engine`" in out
    assert "films.yaml, line 8: `stages.text.recipe`: is not a recipe" in out


@pytest.mark.parametrize(
    "name", ["gone.mp3", "empty.mp3", "WAHR", "s3://{bucket}/gone.mp3", "s3://no-such-bucket/a.mp3"]
)
def test_music_that_cannot_be_taken_is_told_with_the_line_of_its_row(
    atelier: Atelier, store: Store, tmp_path: Path, name: str
) -> None:
    (tmp_path / "files" / "empty.mp3").write_bytes(b"")
    named = name.format(bucket=store.domain.bucket)
    (tmp_path / "files" / "calendar.csv").write_text(f"date,topic,music\n2026-11-01,Tea,\n2026-11-01,Rain,{named}\n")
    code, out, _ = atelier("validate", write_type(tmp_path, **MUSICAL))
    assert (code, told_lines(out)) == (1, ["calendar.csv, line 3"])
    assert f": music: `{named}` " in out


def test_a_default_for_all_that_is_not_there_is_told_once_where_it_stands(atelier: Atelier, tmp_path: Path) -> None:
    (tmp_path / "files" / "calendar.csv").write_text("date,topic\n2026-11-01,Tea\n2026-11-01,Rain\n")
    code, out, _ = atelier("validate", write_type(tmp_path, **MUSICAL | {"brief": {"music": "gone.mp3"}}))
    assert code == 1
    (line, _) = out.splitlines()
    assert line.startswith("films.yaml, line ")
    assert "`brief.music`: `gone.mp3` is not a file in the folder" in line


def test_a_table_in_the_store_is_looked_at_where_the_store_is_known(
    atelier: Atelier, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = store.domain.bucket
    Store(Domain(bucket), store.connection).put("days.csv", b"date,topic\nsoon,Tea\n")
    there = write_type(tmp_path, **MUSICAL | {"source": {"calendar": f"s3://{bucket}/days.csv"}})
    gone = write_type(tmp_path, "gone", **MUSICAL | {"source": {"calendar": f"s3://{bucket}/gone.csv"}})
    code, out, _ = atelier("validate", there, gone)
    assert (code, told_lines(out)) == (1, [f"s3://{bucket}/days.csv, line 2", "gone.yaml, line 20"])
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    code, out, _ = atelier("validate", there)
    assert code == 0
    assert f"Not checked, because the store is not known here or does not answer: s3://{bucket}/days.csv." in out


def test_music_of_a_mood_is_no_file(atelier: Atelier, tmp_path: Path) -> None:
    (tmp_path / "files" / "calendar.csv").write_text(
        "date,topic,music\n2026-11-01,Tea,\n2026-11-01,Rain,true\n2026-11-01,Snow,calm\n"
    )
    code, out, _ = atelier("validate", write_type(tmp_path, **MUSICAL | {"brief": {"music": "calm"}}))
    assert (code, out.startswith("No mistakes")) == (0, True), out


def test_a_row_that_nothing_here_can_make_is_told_with_its_line(atelier: Atelier, tmp_path: Path) -> None:
    (tmp_path / "files" / "calendar.csv").write_text(
        "date,topic,language,scenes,voice\n2026-11-01,Tea,de,,\n2026-11-01,Rain,,12,\n2026-11-01,Snow,,,nobody\n"
    )
    code, out, _ = atelier("validate", write_type(tmp_path, **MUSICAL))
    assert (code, told_lines(out)) == (1, [f"calendar.csv, line {line}" for line in (2, 3, 4)])
    assert "language: the built-in writer writes en only" in out
    assert "scenes: at most 10 can be written from a topic (found 12)" in out


def test_a_picture_that_a_row_or_the_content_type_names_is_looked_at(atelier: Atelier, tmp_path: Path) -> None:
    (tmp_path / "files" / "calendar.csv").write_text(
        "date,topic,logo.file,intro\n2026-11-01,Tea,,\n2026-11-01,Rain,gone.png,gone.mp4\n"
    )
    (tmp_path / "files" / "brand.png").write_text("#EXTM3U\n")
    brought = {"logo": {"file": "brand.png"}, "outro": "bye.mp4"}
    code, out, _ = atelier("validate", write_type(tmp_path, **MUSICAL | {"brief": brought}))
    assert code == 1
    lines = out.splitlines()
    assert (
        sum("`brand.png` is a playlist (M3U8 or HLS), which names other files; allowed: JPEG" in line for line in lines)
        == 1
    )
    assert sum("logo.file: `gone.png` is not a file in the folder" in line for line in lines) == 1
    assert sum("intro: `gone.mp4` is not a file in the folder" in line for line in lines) == 1
    assert sum("`bye.mp4` is not a file in the folder" in line for line in lines) == 1

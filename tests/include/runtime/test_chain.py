"""The whole chain on the real models, stage by stage as pods would run it: the same bytes on any number of cores."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from atelier.testing.s3 import S3
from include.contract.artifacts import Artifact, artifact_of
from include.contract.brief import Brief
from include.contract.keys import Domain, manifest_key, request_key
from include.contract.manifests import ItemLine, Manifest, RunRef, unpack_lines
from include.contract.registry import recipes
from include.contract.requests import StageRequest, UpstreamRef, order_of, stage_identity
from include.runtime.models.files import registry
from include.store.store import Store
from tests.include.runtime.composition.media import tone
from tests.include.runtime.own.films import clip
from tests.wiring import reading, ref_to, stage_name

ROOT = Path(__file__).resolve().parents[3]
FILM = ("script.narrated", "image.scene", "speech.narration", "clip.still", "video.narrated")
ARTICLE = ("article.sections", "image.scene", "page.article")
CARDS = ("caption.product", "image.scene", "image.card")
BEES = Brief(id="film", topic="Why honey bees matter", scenes=2, music=True)
SECTIONS = [{"text": "It rises.", "image_prompt": "bread"}, {"text": "It bakes.", "image_prompt": "a baker"}]
BREAD = Brief.model_validate({"id": "article", "article": {"title": "Bread", "sections": SECTIONS}})
MUG = Brief.model_validate(
    {"aspect": "1:1", "product": {"name": "Ceramic mug", "price": 24.5, "currency": "EUR", "description": "Blue."}}
)
SMALL = {"image.scene": {"short_side_px": 360}, "clip.still": {"short_side_px": 360}}


class Chain:
    """Runs the recipes one after the other, each in a process of its own on `cores` cores."""

    def __init__(self, s3: S3, cores: int, folder: Path) -> None:
        self.store = Store(Domain(s3.bucket), s3.connection())
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "ATELIER_TERMINATION_LOG": str(folder / "termination-log"),
            "ATELIER_CACHE": str(folder / "cache"),
            **s3.environment(),
        }
        self._cores = sorted(os.sched_getaffinity(0))[:cores]
        self._done: dict[str, tuple[StageRequest, Manifest]] = {}
        self._files: tuple[Artifact, ...] = ()

    def run(self, recipes: Sequence[str], brief: Brief, brought: Mapping[str, bytes] | None = None) -> dict[str, str]:
        """Digest of every output of every item, by `item output`.

        :param brought: with the brief, by the names of its files.
        """
        self._files = tuple(artifact_of(name, body, "image/png") for name, body in (brought or {}).items())
        for file, body in zip(self._files, (brought or {}).values(), strict=True):
            self.store.put_blob(body, file)
        for name in recipes:
            self._run(self._request(name, brief))
        lines = [line for _, manifest in self._done.values() for line in self._lines(manifest)]
        return {f"{line.item} {output.name}": output.sha256 for line in lines for output in line.outputs}

    def _request(self, name: str, brief: Brief) -> StageRequest:
        recipe = recipes()[name]
        model = registry().identity(recipe.model)
        orders = (order_of(stage_name(name), recipe, brief, SMALL.get(name, {}), self._files),)
        upstreams = tuple(self._ref(name, stage) for stage in dict.fromkeys(reading(name).values()))
        return StageRequest(
            kind=recipe.kind,
            recipe=name,
            revision=recipe.revision,
            model=model,
            stage_fingerprint=stage_identity(recipe, model, orders, upstreams)[1],
            run=RunRef(dag_id="chain", run_id="r", task_id=stage_name(name)),
            orders=orders,
            upstreams=upstreams,
        )

    def _run(self, request: StageRequest) -> None:
        sha256 = request.sha256()
        self.store.put_if_absent(request_key(sha256), request.body())
        uri = self.store.domain.uri(request_key(sha256))
        done = subprocess.run(
            [sys.executable, "-m", "include.runtime", "run", uri],
            cwd=ROOT,
            env=self._environment,
            preexec_fn=lambda: os.sched_setaffinity(0, self._cores),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        stored = self.store.read(manifest_key(request.run, sha256))
        assert stored is not None
        self._done[request.run.task_id] = (request, Manifest.model_validate_json(stored.body))

    def _ref(self, recipe: str, stage: str) -> UpstreamRef:
        request, manifest = self._done[stage]
        return ref_to(recipe, stage, manifest_key(request.run, request.sha256()), manifest.content_digest)

    def _lines(self, manifest: Manifest) -> Sequence[ItemLine]:
        return [line for part in manifest.parts for line in unpack_lines(self.store.blob(part.sha256))]


@pytest.mark.long
@pytest.mark.parametrize(
    ("recipes", "brief", "last"),
    [(FILM, BEES, "film video"), (ARTICLE, BREAD, "article page"), (CARDS, MUG, "ceramic-mug card_portrait")],
    ids=["film", "article", "cards"],
)
def test_the_whole_chain_gives_the_same_bytes_on_one_core_and_on_two(
    s3: S3, tmp_path: Path, recipes: Sequence[str], brief: Brief, last: str
) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("needs two cores, to be given one and two of them")
    outputs = []
    for cores in (1, 2):
        own = replace(s3, bucket=f"{s3.bucket}-{cores}")
        own.client().create_bucket(Bucket=own.bucket)
        folder = tmp_path / str(cores)
        folder.mkdir()
        outputs.append(Chain(own, cores, folder).run(recipes, brief))
    assert outputs[0] == outputs[1]
    assert last in outputs[0]


def test_a_picture_that_a_scene_brings_changes_that_scenes_picture_alone(s3: S3, tmp_path: Path) -> None:
    first, second = ({"narration": f"A {name}.", "image_prompt": f"a {name}"} for name in ("bee", "hive"))
    picture = io.BytesIO()
    Image.linear_gradient("L").save(picture, "PNG")
    own = {"image": "photo.png"}
    made = []
    for number, asked in enumerate(({}, own | {"fit": "contain"}, own | {"fit": "blur"})):
        folder = tmp_path / str(number)
        folder.mkdir()
        script = {"title": "Bees", "scenes": [first, {**second, **asked}]}
        brief = Brief.model_validate({"id": "film", "script": script})
        brought = {"image/02": picture.getvalue()} if asked else {}
        made.append(Chain(s3, 1, folder).run(("script.narrated", "image.scene"), brief, brought))
    assert len({each["film/01 image"] for each in made}) == 1
    assert len({each["film/02 image"] for each in made}) == 3
    assert [sorted(each.keys() - made[0].keys()) for each in made] == [[], *[["film image_setting/02"]] * 2]


def test_an_edited_an_inserted_and_an_appended_scene_remake_their_own_clips_and_no_other(
    s3: S3, tmp_path: Path
) -> None:
    first = ["A bee.", "A hive.", "A comb.", "A queen."]
    then = ["A bee.", "An old hive.", "A comb.", "Some wax.", "A queen.", "And honey."]
    made = []
    for number, said in enumerate((first, then)):
        folder = tmp_path / str(number)
        folder.mkdir()
        scenes = [{"narration": each, "image_prompt": each} for each in said]
        brief = Brief.model_validate({"id": "film", "script": {"title": "Bees", "scenes": scenes}})
        digests = Chain(s3, 2, folder).run(FILM[:-1], brief)
        made.append({name.split()[0]: digest for name, digest in digests.items() if name.endswith(" clip")})
    edited, inserted, appended = ("01-02", "02", "02-03"), ("03-04", "04", "04-05"), ("05-06", "06", "end")
    assert {name for name, digest in made[1].items() if digest not in made[0].values()} == {
        f"film/{each}" for each in (*edited, *inserted, *appended)
    }
    assert made[1].keys() == {f"film/{each}" for each in ("title", "01", "03", "05", *edited, *inserted, *appended)}


def test_a_film_gets_an_intro_another_one_and_none_and_only_that_is_made_anew(s3: S3, tmp_path: Path) -> None:
    script = {"title": "Bees", "scenes": [{"narration": "A bee.", "image_prompt": "a bee"}]}
    heard = tone(1.0, 48_000)
    films = [
        clip(tmp_path / f"{frames}.mp4", frames, size=(320, 240), sound="stereo", heard=heard) for frames in (5, 8)
    ]
    made = []
    for number, film in enumerate((None, *films)):
        folder = tmp_path / str(number)
        folder.mkdir()
        name = {"intro": "brand.mp4"} if film else {}
        brief = Brief.model_validate({"id": "film", "script": script, **name})
        brought = {"intro": film.read_bytes()} if film else {}
        made.append(Chain(s3, 2, folder).run(FILM, brief, brought))
    film_alone = {name for name in made[0] if name.startswith(("film video", "film subtitles"))}
    for each in made[1:]:
        assert each.keys() - made[0].keys() == {"film/intro clip", "film/intro facts"}
        assert {name for name in made[0] if each[name] != made[0][name]} == film_alone
    assert {name for name in made[1] if made[1][name] != made[2][name]} == {
        *film_alone, "film/intro clip", "film/intro facts"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "brief"),
    [
        ("article.sections", {"article": {"title": "Bread", "sections": [{"text": "It rises.", "image": "own.png"}]}}),
        ("caption.product", {"product": {"name": "Mug", "image": "own.png"}}),
        (
            "script.dialogue",
            {"dialogue": {"title": "Bees", "image": "own.png", "lines": [{"speaker": 1, "text": "Hello."}]}},
        ),
    ],
)
def test_sections_products_and_covers_take_pictures_by_the_same_door(
    s3: S3, tmp_path: Path, text: str, brief: dict[str, object]
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), (250, 10, 20)).save(picture, "PNG")
    chain, own = Chain(s3, 1, tmp_path), Brief.model_validate({"id": "own", **brief})
    made = chain.run((text, "image.scene"), own, {"image/01": picture.getvalue()})
    (image,) = [sha256 for name, sha256 in made.items() if name.endswith(" image")]
    with Image.open(io.BytesIO(chain.store.blob(image))) as shown:
        differences = np.abs(np.asarray(shown)[100, 100].astype(int) - (250, 10, 20))
    assert differences.max() < 6

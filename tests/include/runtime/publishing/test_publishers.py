"""`pip install my-letters` into the stage image, and `recipe: letters.send` takes pieces, as the guide shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from atelier.testing.s3 import S3
from include.contract.manifests import RunRef
from include.contract.published import Publication
from include.contract.registry import recipe_named
from include.runtime.publisher import Assignment
from include.runtime.publishing.folder_publisher import FolderPublisher
from include.runtime.publishing.publishers import publisher_for
from include.runtime.publishing.store_publisher import StorePublisher
from tests.distributions import install, python_with
from tests.include.runtime.publishing.newsroom import DAY, Newsroom

ROOT = Path(__file__).resolve().parents[4]
GUIDE = (ROOT / "docs" / "publishing.md").read_text()
FILES = dict(re.findall(r"```python\n# my_letters/(\w+\.py)\n(.*?)```", GUIDE, re.DOTALL))
"""As the guide shows them."""
ENTRY_POINTS = """
    [atelier.publishers]
    letters.send = my_letters.recipe:LETTERS_SEND
"""
PROGRAM = """
import json, sys, tempfile
from pathlib import Path
from include.contract.keys import Domain
from include.store.connection import Connection
from include.store.store import Store
from tests import wiring
wiring.TEXTS["caption.product"] += ("letters.send",)
wiring.NAMES["letters.send"] = "letters"
from tests.include.runtime.publishing.newsroom import Newsroom, card
store = Store(Domain(sys.argv[1]), Connection.from_environment())
with tempfile.TemporaryDirectory() as scratch:
    letters = Newsroom(store, Path(scratch), "product_cards-letters", "letters.send")
    lines = [line for run_id in ("run-1", "run-2") for line in letters.publish({"mug": card()}, run_id=run_id)]
print(json.dumps([[line.outcome, line.address] for line in lines]))
"""


def test_a_publisher_from_outside_takes_a_piece_once(s3: S3, tmp_path: Path) -> None:
    assert sorted(FILES) == ["recipe.py", "sending.py"]
    files = {"__init__.py": "", **FILES}
    site, box = install(tmp_path / "site", "my-letters", "2.0", files, ENTRY_POINTS), tmp_path / "box"
    box.mkdir()
    done = python_with(site, "-c", PROGRAM, s3.bucket, LETTER_BOX=str(box), **s3.environment())
    assert done.returncode == 0, done.stderr[-2000:]
    (letter,) = box.iterdir()
    assert letter.read_bytes() == b"honey square"
    assert json.loads(done.stdout.splitlines()[-1]) == [["made", letter.as_uri()], ["reused", letter.as_uri()]]


@pytest.mark.parametrize(
    ("recipe", "publisher"), [("publish.cards", StorePublisher), ("publish.folder", FolderPublisher)]
)
def test_each_recipe_that_publishes_names_its_publisher(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recipe: str, publisher: type
) -> None:
    monkeypatch.setenv("ATELIER_PUBLISH_FOLDER", str(tmp_path))
    publication = Publication(content_type="cards", title="Cards", description="Cards.", day=DAY)
    run = RunRef(dag_id="cards", run_id="run-1", task_id="publish")
    assignment = Assignment(publication, run, (), newsroom.store, {}, tmp_path)
    found = publisher_for(recipe_named(recipe), assignment)
    found.close()
    assert type(found) is publisher

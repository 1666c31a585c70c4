from __future__ import annotations

from datetime import date
from typing import ClassVar

import pytest

from include.contract.deployments import Deployment
from include.contract.errors import SourceAway
from include.contract.source import About, Source, SourceAccess, SourceSettings
from include.contract.source_rows import DatedRows
from operators.cli.command import Surroundings
from operators.cli.tables import Tables
from tests.operators.conftest import films


class DeskSettings(SourceSettings):
    """A list that somebody keeps on the web."""

    about: ClassVar = About.ALL
    reader: ClassVar = f"{__name__}:DeskSource"
    left_empty: ClassVar = "Everything on the list is made."
    desk: str


class DeskSource(Source[DeskSettings]):
    """It does not answer: to `check` in one place, and in another to whoever reads it."""

    def ahead(self, first: date, last: date, access: SourceAccess) -> DatedRows:
        raise SourceAway(f"{self.settings.desk}: does not answer")

    def check(self, access: SourceAccess) -> None:
        if self.settings.desk == "closed":
            raise SourceAway("closed: does not answer")


@pytest.mark.parametrize("desk", ["closed", "slow"])
def test_a_source_that_is_away_is_passed_over_with_its_reason(deployment: Deployment, desk: str) -> None:
    content_type = films().model_copy(update={"source": DeskSettings(desk=desk)})
    tables = Tables(deployment, Surroundings())
    assert list(tables.absent(content_type)) == []
    assert tables.wrong_rows(content_type) == []
    assert tables.unreachable == {desk: f"{desk}: does not answer"}
    assert tables.passed_over == set()

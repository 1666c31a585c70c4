from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deploy.container.health import URL_ENV, HealthPart, main, problem_of


@pytest.fixture
def answers() -> dict[str, object]:
    """What the API says; tests change it."""
    return {"scheduler": {"status": "healthy"}, "triggerer": {"status": None}}


@pytest.fixture
def url(answers: dict[str, object]) -> Iterator[str]:
    """An HTTP server that answers as Airflow's health endpoint does."""

    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/api/v2/monitor/health" else 404)
            self.end_headers()
            self.wfile.write(json.dumps(answers).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_part_is_healthy_when_the_api_says_so(url: str) -> None:
    assert problem_of(HealthPart.SCHEDULER, url) is None


def test_a_part_without_a_recent_heartbeat_is_not(url: str, answers: dict[str, object]) -> None:
    assert str(problem_of(HealthPart.TRIGGERER, url)).endswith("says that triggerer is unknown")
    answers["scheduler"] = {"status": "unhealthy"}
    assert str(problem_of(HealthPart.SCHEDULER, url)).endswith("says that scheduler is unhealthy")
    assert str(problem_of(HealthPart.DAG_PROCESSOR, url)).endswith("says that dag_processor is unknown")


def test_an_api_that_is_away_is_a_problem() -> None:
    assert "does not answer" in str(problem_of(HealthPart.METADATABASE, "http://127.0.0.1:9"))


def test_the_exit_code_says_it(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(URL_ENV, url)
    assert (main(["scheduler"]), main(["triggerer"]), main(["celery"]), main([])) == (0, 1, 64, 64)
    assert "usage: python -m deploy.container.health metadatabase|scheduler|dag_processor|triggerer" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize("answer", [[], "ok", {"scheduler": None}, {"scheduler": {}}, {"scheduler": {"status": ["x"]}}])
def test_an_answer_of_another_shape_is_a_problem(answer: object, url: str, answers: dict[str, object]) -> None:
    answers.clear()
    answers["scheduler"] = answer
    assert "says that scheduler is" in str(problem_of(HealthPart.SCHEDULER, url))

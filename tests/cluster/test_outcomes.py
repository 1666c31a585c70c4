"""How a stage's pod may end, what the task says about it, and how often it is tried."""

from __future__ import annotations

import pytest

from tests.cluster.studio import Studio, script

pytestmark = [pytest.mark.cluster, pytest.mark.long]


def test_a_stage_that_ran_out_of_memory_gets_more_and_the_next_run_starts_there(clean: Studio) -> None:
    run = clean.run("little", {"id": "greedy", "script": script("[grow 600]", "", scenes=2)})
    assert run.await_end() == "success", run.why()
    assert run.xcom("image")["pods_started"] == 2
    said = run.log("image", 1)
    assert "host_out_of_memory" in said
    assert "512Mi" in said
    assert "with 1024 MiB instead of 512 (retry 1 of 5 for infrastructure)" in said
    again = clean.run("little", {"id": "greedy", "script": script("[grow 601]", "", scenes=2)})
    assert again.await_end() == "success", again.why()
    assert again.xcom("image")["pods_started"] == 1


def test_a_stage_that_needs_more_than_its_profile_allows_fails_and_says_so(clean: Studio) -> None:
    run = clean.run("little", {"id": "glutton", "script": script("[grow 4000]", scenes=1)})
    assert run.await_end() == "failed"
    tries = run.task("image").try_number
    assert tries <= 3
    assert "profile `little` allows no more than 2048 MiB (`memory_max_mib`)" in run.log("image", tries)


def test_a_permanent_failure_is_tried_once_and_names_its_item(clean: Studio) -> None:
    run = clean.run("cpu_small", {"id": "broken", "script": script("", "[corrupt]", scenes=2)})
    assert run.await_end() == "failed"
    assert run.task("image").try_number == 1
    said = run.log("image", 1)
    for part in ("exit code 65", "broken/02", "Fails at once", "2 of 2 done"):
        assert part in said, said


def test_a_failure_of_the_work_uses_the_users_retries_and_no_more(clean: Studio) -> None:
    run = clean.run("cpu_small", {"id": "refused", "script": script("[refuse]", scenes=1)})
    assert run.await_end() == "failed"
    assert run.task("image").try_number == 2
    assert "Tries again in 1 s (try 2 of 2)" in run.log("image", 1)
    assert "This was the last of 2 tries" in run.log("image", 2)


@pytest.mark.parametrize(
    ("dag_id", "says"),
    [
        ("no_image", ("image_not_pulled", "no-such-image:1", "ErrImagePull")),
        ("nowhere", ("never_scheduled", "within 90 s", "didn't match Pod's node affinity/selector")),
        ("fat", ("never_scheduled", "Insufficient nvidia.com/gpu")),
    ],
)
def test_a_pod_that_never_runs_says_why_within_its_time(clean: Studio, dag_id: str, says: tuple[str, ...]) -> None:
    run = clean.run(dag_id, {"id": "never", "script": script(scenes=1)})
    run.await_state("image", "up_for_retry", within_s=220)
    said = run.log("image", 1)
    for part in says:
        assert part in said, said
    assert "(retry 1 of 5 for infrastructure)" in said
    clean.api.fail_run(dag_id, run.run_id)

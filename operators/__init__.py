"""Airflow in, stages out: operators that hand one stage to an engine, and the assembly of DAGs from content types.

Here belong: reading an upstream task's manifest, building the request of a stage, deciding that nothing has to
run, starting and watching a stage's process, deciding what follows a failure, turning a content type into a DAG.

Never here: the work of a stage, torch, numpy, media. Constructors take plain values, check them against the contract
and assign them; they read at most the deployment's file, if none is given. Whatever needs the network happens in
`execute`, and heavy libraries (boto3) are imported there.

The public names are loaded on first use, as Airflow's own are.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from operators.briefs.operator import BriefOperator as BriefOperator
    from operators.dags.assembly import dag_of as dag_of
    from operators.dags.loading import load_dags as load_dags
    from operators.net.webhook import WebhookNotifier as WebhookNotifier
    from operators.stages.artifacts import artifacts_of as artifacts_of
    from operators.stages.kinds import AudioOperator as AudioOperator
    from operators.stages.kinds import ClipOperator as ClipOperator
    from operators.stages.kinds import ImageOperator as ImageOperator
    from operators.stages.kinds import PageOperator as PageOperator
    from operators.stages.kinds import PostOperator as PostOperator
    from operators.stages.kinds import SpeechOperator as SpeechOperator
    from operators.stages.kinds import TextOperator as TextOperator
    from operators.stages.kinds import VideoOperator as VideoOperator
    from operators.stages.merge import MergeOperator as MergeOperator
    from operators.stages.operator import StageOperator as StageOperator
    from operators.stages.publish import PublishOperator as PublishOperator

_MODULES = {
    "AudioOperator": "stages.kinds",
    "BriefOperator": "briefs.operator",
    "ClipOperator": "stages.kinds",
    "ImageOperator": "stages.kinds",
    "MergeOperator": "stages.merge",
    "PageOperator": "stages.kinds",
    "PostOperator": "stages.kinds",
    "PublishOperator": "stages.publish",
    "SpeechOperator": "stages.kinds",
    "StageOperator": "stages.operator",
    "TextOperator": "stages.kinds",
    "VideoOperator": "stages.kinds",
    "WebhookNotifier": "net.webhook",
    "artifacts_of": "stages.artifacts",
    "dag_of": "dags.assembly",
    "load_dags": "dags.loading",
}
__all__ = tuple(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module `operators` has no `{name}`; it has {', '.join(_MODULES)}")
    return getattr(import_module(f"operators.{_MODULES[name]}"), name)

"""`atelier models`: models of one's own, added to the store, looked at, checked, and their names removed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from include.contract.errors import BadRequest, CorruptInput
from include.contract.model_cards import (
    Backend,
    BackendSettings,
    ModelCard,
    ModelReference,
    read_reference,
)
from include.contract.names import allowed_names
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store
from operators.cli.command import OK, REFUSED, Command
from operators.cli.connecting import connect
from operators.cli.output import complain, size_in_words, tell, tell_json, tell_table
from operators.cli.types import count
from operators.configuration import deployment_in
from operators.models.adding import Asked, added, added_server, looked_at
from operators.models.folder import LocalFiles
from operators.models.source import ModelSource
from operators.models.upload import Progress

_NOT_ASKED = ("backend", "prompts")
_HELP = {
    "writes": "`whole`: a piece as one document, for models that follow instructions; `sentences`: for the smallest",
    "context_tokens": "of prompt and answer together; what the model takes, at most 4096, when left out",
    "answer_tokens": "of one answer at most; half of the context, at most 2048, when left out",
    "temperature": "0 takes the likeliest token each time",
    "top_p": "of the likeliest tokens that are chosen from",
    "precision": "what the model computes in: float32, bfloat16 or float16",
    "address": "of the server, with /v1; the model is then there, and there is no SOURCE",
    "server_model": "what the server calls the model",
}


def run(asked: Namespace) -> int:
    """Do what is asked for."""
    return int(asked.act(asked, connect(deployment_in(asked.deployment).store, asked.surroundings)))


def _add(asked: Namespace, store: Store) -> int:
    wanted = _asked(asked)
    if asked.source is None:
        card = added_server(wanted, store)
    else:
        looked = looked_at(_source(asked.source, store), wanted)
        if looked.chosen.left_out:
            complain(f"left out: {', '.join(looked.chosen.left_out)}")
        card = added(looked, wanted, store, _tell_progress)
    _tell_card(wanted.reference, card)
    return OK


def _list(asked: Namespace, store: Store) -> int:
    models, rows, told, code = Models(store), [], [], OK
    for reference in models.references():
        try:
            card = models.named(reference)
        except CorruptInput as error:
            complain(str(error))
            code = REFUSED
            continue
        if card is not None:
            told.append({"name": str(reference), "digest": card.digest, **card.model_dump(mode="json")})
            size = size_in_words(sum(file.bytes for file in card.files.values())) if card.files else "-"
            allowed = "yes" if card.commercial else "no"
            rows.append([str(reference), card.kind, card.backend, card.licence, allowed, card.digest[:12], size])
    if asked.json:
        tell_json(told)
    elif rows:
        tell_table(["name", "kind", "backend", "licence", "commercial", "digest", "size"], rows, left=6)
    else:
        tell("no models of one's own; `atelier models add` adds one")
    return code


def _show(asked: Namespace, store: Store) -> int:
    reference = read_reference(asked.name)
    card = _named(reference, store)
    if asked.json:
        tell_json({"name": str(reference), "digest": card.digest, **card.model_dump(mode="json")})
    else:
        _tell_card(reference, card)
    return OK


def _named(reference: ModelReference, store: Store) -> ModelCard:
    """The card that `reference` names.

    :raises BadRequest: there is none.
    """
    models = Models(store)
    card = models.named(reference)
    if card is None:
        known = map(str, models.references())
        raise BadRequest(f"there is no model {reference}; {allowed_names(str(reference), known)}")
    return card


def _tell_card(reference: ModelReference, card: ModelCard) -> None:
    memory = card.memory
    rows = [
        ("digest", card.digest),
        ("kind", card.kind),
        ("backend", card.backend),
        *((name.replace("_", " "), value) for name, value in _settings_of(card)),
        ("licence", card.licence),
        ("commercial use", "yes" if card.commercial else "no"),
        ("languages", ", ".join(card.languages) or "not known"),
        ("determinism", card.determinism),
        ("weights in memory", size_in_words(memory.weights_bytes)),
        ("memory besides", size_in_words(memory.working_bytes) if memory.working_bytes else "not measured"),
        ("from", card.origin or "-"),
    ]
    tell(str(reference))
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        tell(f"  {name.ljust(width)}  {value}")
    if card.files:
        tell()
        tell_table(
            ["file", "sha256", "size"],
            [[path, file.sha256, size_in_words(file.bytes)] for path, file in card.files.items()],
            left=2,
        )


def _settings_of(card: ModelCard) -> Iterable[tuple[str, Any]]:
    """Those that there are, but for the backend, which has a line of its own."""
    told = card.settings.model_dump(mode="json", exclude={"backend"}, exclude_none=True)
    return told.items()


def _tell_progress(progress: Progress) -> None:
    if progress.is_done:
        complain(f"{progress.path}: in the store")


def _source(named: str, store: Store) -> ModelSource:
    return LocalFiles(Path(named))


def _asked(asked: Namespace) -> Asked:
    settings = {name: getattr(asked, name) for name in _settings() if getattr(asked, name) is not None}
    is_served = asked.source is None
    if not asked.licence or asked.commercial is None:
        raise BadRequest(
            "a model is added with its licence, which rules what may be done with what it makes; read it, then say it "
            "by `--licence NAME` and `--commercial yes|no`"
        )
    if is_served and "address" not in settings:
        raise BadRequest("nothing to add; give SOURCE, or `--address` and `--server-model` of a model on a server")
    return Asked(
        reference=read_reference(asked.name),
        licence=asked.licence,
        commercial=asked.commercial == "yes",
        kind=StageKind(asked.kind) if asked.kind else None,
        backend=Backend(asked.backend) if asked.backend else None,
        settings=settings,
        languages=tuple(_parts(asked.languages)),
        working_bytes=asked.working_mib << 20,
        only=asked.only,
        without=asked.without,
    )


def _parts(text: str) -> Iterable[str]:
    return (part.strip() for part in text.split(",") if part.strip())


def _settings() -> list[str]:
    """Names of all settings of all backends, but for those that nobody says."""
    union = get_args(get_args(BackendSettings)[0])
    names = dict.fromkeys(name for settings in union for name in settings.model_fields)
    return [name for name in names if name not in _NOT_ASKED]


def _arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, act: Any, summary: str) -> ArgumentParser:
        subparser = actions.add_parser(name, help=summary, description=summary)
        subparser.set_defaults(act=act)
        return subparser

    _add_arguments(action("add", _add, "Check a model, send its files to the store, and name it."))
    action("list", _list, "All names of models.").add_argument("--json", action="store_true", help="for programs")
    show = action("show", _show, "What a model is.")
    show.add_argument("name", metavar="NAME", help="as content types name it: acme/x@1 or acme/x@1+int8")
    show.add_argument("--json", action="store_true", help="for programs")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("source", nargs="?", metavar="SOURCE", help="a folder, or a GGUF file")
    parser.add_argument("--name", required=True, help="name@revision, or name@revision+variant, as in acme/qwen3-4b@1")
    parser.add_argument("--licence", metavar="NAME", help="as its owner calls it, such as Apache-2.0")
    parser.add_argument("--commercial", choices=["yes", "no"], help="whether what it makes may be used commercially")
    parser.add_argument("--kind", choices=list(StageKind), metavar="KIND", help="as its files say when left out")
    parser.add_argument("--backend", choices=list(Backend), help="as its files say when left out")
    parser.add_argument("--languages", default="", metavar="TAG,…", help="those that it knows, by BCP 47")
    parser.add_argument(
        "--working-mib", type=count, default=0, metavar="N", help="memory besides the weights, measured"
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="PATTERN", help="just such files; may be repeated"
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="PATTERN", help="no such files; may be repeated"
    )
    for name in _settings():
        parser.add_argument(f"--{name.replace('_', '-')}", metavar="VALUE", help=_HELP.get(name))


COMMAND = Command("models", "Add models of one's own, and look at them.", _arguments, run)

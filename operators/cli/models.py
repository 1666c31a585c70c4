"""`atelier models`: models of one's own, added to the store, looked at, verified, and their names removed."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path

from include.contract.deployments import Deployment
from include.contract.errors import BadRequest, PermanentError, StoreAway
from include.contract.model_cards import Backend, ModelCard, ModelReference, is_built_in, read_reference
from include.contract.names import allowed_names
from include.contract.values import StageKind
from include.store.models import Models
from include.store.store import Store
from operators.cli.command import OK, REFUSED, Command
from operators.cli.connecting import connect
from operators.cli.model_words import Uploading, for_programs, tell_card, tell_list
from operators.cli.output import complain, counted, size_in_words, tell, tell_json
from operators.cli.served_models import look_at_server
from operators.cli.types import count
from operators.configuration import deployment_in
from operators.models.adding import SETTINGS, Asked, Looked, added, added_server, looked_at, option_of, settings_of
from operators.models.bucket import S3, BucketFiles, bucket_and_path
from operators.models.folder import LocalFiles
from operators.models.hub import HUB, HubFiles
from operators.models.source import ModelSource
from operators.models.verifying import ModelVerification

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_NAME = "the name for content types: acme/qwen3-4b@1 or acme/qwen3-4b@1+int8"
_HELP = {
    "writes": "`whole`: a piece as one document, for models that follow instructions; `sentences`: for the smallest",
    "context_tokens": "tokens of prompt and answer together; default: what the model takes, at most 4096",
    "answer_tokens": "the most tokens of one answer; default: half of the context, at most 2048",
    "temperature": "0 always takes the likeliest token",
    "top_p": "share of the likeliest tokens that are chosen from",
    "precision": "the number format that the model computes in: float32, bfloat16 or float16",
    "scheduler": "a scheduler of diffusers by its name; default: the one among the model's files",
    "steps": "how many steps a pipeline of diffusers takes; default: 30",
    "guidance": "how closely a pipeline of diffusers follows the prompt; default: 5",
    "address": "address of a server, with /v1, that has the model; instead of SOURCE",
    "server_model": "the server's name for the model",
}


def run(asked: Namespace) -> int:
    """Do what is asked for."""
    deployment = deployment_in(asked.deployment)
    return int(asked.act(asked, deployment, connect(deployment.store, asked.surroundings)))


def _add(asked: Namespace, deployment: Deployment, store: Store) -> int:
    reference = _new_name(asked.name)
    if asked.source is not None and asked.address is not None:
        raise BadRequest("give either SOURCE or `--address`: a model has files of its own, or is on a server")
    if asked.source is None:
        if asked.address is None:
            raise BadRequest("there is nothing to add; give SOURCE, or the `--address` of a model on a server")
        card, uploading = added_server(_asked(asked, reference), store, look_at_server), Uploading({})
        origin = card.origin
    else:
        source = _source(asked.source, store)
        wanted = _asked(asked, reference, source.licence)
        card, uploading = _sent(looked_at(source, asked.only, asked.without), wanted, store)
        origin = source.origin
    if asked.json:
        tell_json(for_programs(reference, card) | uploading.for_programs())
    elif card.origin != origin:
        tell(f"{reference} has these files already; first added from `{card.origin}`")
        return OK
    else:
        tell_card(reference, card)
    complain(f"To use it, set `model: {reference}` in a stage of a content type.")
    if deployment.commercial and not card.commercial:
        complain(
            f"{reference} may not be used commercially, but this deployment is commercial, so it refuses the model"
        )
    return OK


def _sent(looked: Looked, wanted: Asked, store: Store) -> tuple[ModelCard, Uploading]:
    if looked.files.left_out:
        complain(f"left out: {', '.join(looked.files.left_out)}")
    known = Models(store).named(wanted.reference)
    is_elsewhere = known is not None and known.origin != looked.source.origin
    uploading = Uploading(looked.files.sizes, tells_there=not is_elsewhere)
    try:
        card = added(looked, wanted, store, uploading.tell)
    except StoreAway as error:
        raise StoreAway(f"{error}; {uploading.kept()}: run it again") from error
    except KeyboardInterrupt:
        complain(f"Stopped; {uploading.kept()}: run it again")
        raise
    if uploading.sent_bytes or not is_elsewhere:
        complain(uploading.told())
    return card, uploading


def _list(asked: Namespace, deployment: Deployment, store: Store) -> int:
    models, cards, code = Models(store), {}, OK
    for reference in models.references():
        try:
            card = models.intact(reference)
        except PermanentError as error:
            complain(str(error))
            code = REFUSED
            continue
        if card is not None:
            cards[reference] = card
    if asked.json:
        tell_json([for_programs(reference, card) for reference, card in cards.items()])
    else:
        tell_list(cards)
    return code


def _show(asked: Namespace, deployment: Deployment, store: Store) -> int:
    reference = _name_of_ones_own(asked.name)
    card = Models(store).intact(reference)
    if card is None:
        raise _unknown(reference, store)
    if asked.json:
        tell_json(for_programs(reference, card))
    else:
        tell_card(reference, card)
    return OK


def _verify(asked: Namespace, deployment: Deployment, store: Store) -> int:
    known = Models(store).references()
    wanted = [_name_of_ones_own(name) for name in asked.names] or known
    for reference in wanted:
        if reference not in known:
            raise _unknown(reference, store)
    verification, found_wrong = ModelVerification(store), dict[str, list[str]]()
    for reference in wanted:
        told = found_wrong.setdefault(str(reference), [])
        for each in verification.wrong(reference):
            complain(each)
            told.append(each)
    wrong = sum(map(len, found_wrong.values()))
    if asked.json:
        tell_json([{"name": name, "wrong": told} for name, told in found_wrong.items()])
        return REFUSED if wrong else OK
    looked = verification.looked
    found = f"{wrong:,} wrong" if wrong else "nothing is wrong"
    files = f"{counted(looked.files, 'file')}, {size_in_words(looked.bytes)}"
    tell(f"{counted(looked.models, 'model')}, {files}: {found}")
    return REFUSED if wrong else OK


def _remove(asked: Namespace, deployment: Deployment, store: Store) -> int:
    reference = _name_of_ones_own(asked.name)
    if not Models(store).forget(reference):
        raise _unknown(reference, store)
    tell(f"The name {reference} is removed. Its card and files stay in the store until garbage is collected.")
    return OK


def _new_name(text: str) -> ModelReference:
    """The name for a model that is to be added."""
    if is_built_in(text):
        raise BadRequest(
            f"--name: begins with `builtin/` as built-in models do (found {text!r:.200}); choose another name"
        )
    return _reference(text, "--name")


def _name_of_ones_own(text: str) -> ModelReference:
    """The name of a model that was added."""
    if is_built_in(text):
        raise BadRequest(
            f"NAME: is a built-in model's (found {text!r:.200}), of which the store has no card: include/models.yaml "
            "describes what ships; allowed: a model of your own, as in `atelier models list`"
        )
    return _reference(text, "NAME")


def _reference(text: str, what: str) -> ModelReference:
    """The name in `text`, which stands where `what` does on the command line."""
    try:
        return read_reference(text)
    except BadRequest as error:
        raise BadRequest(f"{what}: {error}") from error


def _unknown(reference: ModelReference, store: Store) -> BadRequest:
    known = map(str, Models(store).references())
    return BadRequest(f"there is no model {reference}; {allowed_names(str(reference), known)}")


def _source(named: str, store: Store) -> ModelSource:
    """The files that SOURCE names."""
    if named.startswith(HUB):
        return HubFiles(named)
    if named.startswith(S3):
        return BucketFiles(named, store.in_bucket(bucket_and_path(named)[0]))
    return LocalFiles(Path(named))


def _asked(asked: Namespace, reference: ModelReference, licence: str = "") -> Asked:
    """What is said of the model.

    :param licence: what the place that it comes from says of it.
    :raises BadRequest: nobody says what may be done with it.
    """
    if not asked.licence or asked.commercial is None:
        found = f"; its source says `{licence:.100}`" if licence else ""
        raise BadRequest(
            "no licence is given. Read the model's licence, which says how its results may be used, then add "
            f"`--licence NAME` and `--commercial yes` or `--commercial no`{found}"
        )
    return Asked(
        reference=reference,
        licence=asked.licence,
        commercial=asked.commercial == "yes",
        kind=asked.kind,
        backend=asked.backend,
        settings={name: value for name in _settings() if (value := getattr(asked, name)) is not None},
        languages=asked.languages,
        working_bytes=asked.working_mib << 20,
        offloaded_bytes=asked.offloaded_mib << 20,
    )


def _settings() -> list[str]:
    """Whatever may be said of how some backend runs a model."""
    return list(dict.fromkeys(name for backend in SETTINGS for name in settings_of(backend)))


def _languages(text: str) -> tuple[str, ...]:
    tags = tuple(part.strip() for part in text.split(","))
    for tag in tags:
        if not _LANGUAGE.fullmatch(tag):
            raise ArgumentTypeError(
                f"{tag!r:.40} is not a language; allowed: BCP 47 tags separated by commas, as in en,pt-BR"
            )
    return tags


def _arguments(parser: ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, act: Callable[[Namespace, Deployment, Store], int], summary: str) -> ArgumentParser:
        subparser = actions.add_parser(name, help=summary, description=summary)
        subparser.set_defaults(act=act)
        return subparser

    _add_arguments(action("add", _add, "Check a model, send its files to the store, and name it."))
    listing = action("list", _list, "List the models.")
    listing.add_argument("--json", action="store_true", help="for programs")
    show = action("show", _show, "Describe a model.")
    show.add_argument("name", metavar="NAME", help=_NAME)
    show.add_argument("--json", action="store_true", help="for programs")
    verify = action("verify", _verify, "Check models in the store, byte by byte.")
    verify.add_argument("--json", action="store_true", help="for programs")
    verify.add_argument("names", nargs="*", metavar="NAME", help=f"{_NAME}; default: all")
    remove = action("remove", _remove, "Remove the name of a model; its card and files stay.")
    remove.add_argument("name", metavar="NAME", help=_NAME)


def _add_arguments(parser: ArgumentParser) -> None:
    source = "a folder, a GGUF file, s3://bucket/folder, or hub:ID@REVISION"
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("source", nargs="?", metavar="SOURCE", help=source)
    parser.add_argument("--name", required=True, help=_NAME)
    parser.add_argument("--licence", metavar="NAME", help="the owner's name for it, such as Apache-2.0")
    parser.add_argument("--commercial", choices=["yes", "no"], help="whether its results may be used commercially")
    kinds, backends = "|".join(StageKind), "|".join(Backend)
    parser.add_argument("--kind", type=StageKind, metavar=kinds, help="what it makes; default: what its files say")
    parser.add_argument("--backend", type=Backend, metavar=backends, help="what runs it; default: what its files say")
    parser.add_argument(
        "--languages", type=_languages, default=(), metavar="TAG,…", help="the languages that it knows, as BCP 47 tags"
    )
    parser.add_argument(
        "--working-mib",
        type=count,
        default=0,
        metavar="N",
        help="the memory that it needs besides its weights, as measured",
    )
    offloaded = "the GPU memory that it needs if its weights stay in the host's; by default they do not"
    parser.add_argument("--offloaded-mib", type=count, default=0, metavar="N", help=offloaded)
    for option, summary in (
        ("--only", "pattern of files to take, such as '*.Q4_K_M.gguf'"),
        ("--without", "of others"),
    ):
        parser.add_argument(option, action="append", default=[], metavar="PATTERN", help=f"{summary}; may be repeated")
    for name in _settings():
        parser.add_argument(option_of(name), metavar="VALUE", help=_HELP.get(name))


COMMAND = Command("models", "Add your own models, inspect them, verify them.", _arguments, run)

"""What a recipe's parameters have to be, so that what is hashed is what is computed on (I4), and can grow (I5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from include.contract.brief import Brief
from include.contract.canonical import NEUTRAL, canonical_tree
from include.contract.errors import BadRequest
from include.contract.labels import LABEL_PARAM, Labelling
from include.contract.mistakes import field_mistakes
from include.contract.values import Closed

_KEPT = {"frozen": True, "extra": "forbid", "allow_inf_nan": False}
"""What `Closed` says, and no class that derives from it may unsay."""
_IN_NO_FINGERPRINT = ("id", "variation", "variations")
"""Fields of a brief that name it or its takes."""


def wrong_params(params: type[Closed]) -> Iterator[str]:
    """What is wrong with a recipe's parameters."""
    if not (isinstance(params, type) and issubclass(params, Closed)):
        yield f"`params` is not a class that derives from `Closed` (found {params!r:.80})"
        return
    for key, value in _KEPT.items():
        if params.model_config.get(key) != value:
            yield f"`params`: its `model_config` changes `{key}`; allowed: {value}"
    for name, field in params.model_fields.items():
        for words in _wrong_field(params, name, field):
            yield f"`params.{name}` {words}"
    if all(not field.is_required() for field in params.model_fields.values()):
        yield from _wrong_defaults(params)


def _wrong_field(params: type[Closed], name: str, field: FieldInfo) -> Iterator[str]:
    if field.alias or field.validation_alias or field.serialization_alias:
        yield "has an alias; remove it: files, requests and fingerprints use one name"
    if name in _IN_NO_FINGERPRINT:
        yield "is a field that names a brief or its take, and those are no part of a fingerprint; rename it"
    elif name in Brief.model_fields:
        words, _ = _read(params, name, Brief.model_fields[name].get_default(call_default_factory=True))
        if words and Brief.model_fields[name].default is not None:
            yield f"is read from each brief, but does not accept the brief's default: {words}"
    if name == LABEL_PARAM and field.annotation is not Labelling:
        yield "is the content type's setting for labels; allowed: a `Labelling`"
    extra = field.json_schema_extra
    if isinstance(extra, Mapping) and NEUTRAL in extra:
        yield from _wrong_neutral(params, name, field, extra[NEUTRAL])


def _wrong_neutral(params: type[Closed], name: str, field: FieldInfo, neutral: object) -> Iterator[str]:
    if field.is_required():
        yield "has a neutral value but no default; give it one, because older content types do not set it"
    words, value = _read(params, name, neutral)
    if words:
        yield f"cannot have its neutral value: {words}"
    elif value != neutral:
        yield f"has a neutral value that is read as a different one (found {neutral!r:.80}); write {value!r:.80}"


def _wrong_defaults(params: type[Closed]) -> Iterator[str]:
    try:
        defaults = params()
        canonical_tree(defaults)
        again = params.model_validate(defaults.model_dump(mode="json"))
    except ValidationError as error:
        yield f"`params`: it does not allow its own defaults: {_words(error, params)}"
    except BadRequest as error:
        yield f"`params`: its defaults cannot be hashed: {error}"
    else:
        if again != defaults:
            yield "`params`: its defaults change on their way through JSON; use values that JSON can express"


def _read(params: type[Closed], name: str, value: object) -> tuple[str, object]:
    """What is wrong with `value` as the field `name`, in words, or what it is read as."""
    try:
        return "", getattr(params.model_validate({name: value}), name)
    except ValidationError as error:
        found = [each for each in field_mistakes(error, params)[0] if each.path[:1] == (name,)]
        return "; ".join(each.words for each in found), value


def _words(error: ValidationError, params: type[Closed]) -> str:
    return "; ".join(map(str, field_mistakes(error, params)[0]))

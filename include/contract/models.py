"""The registry of models: names to revisions and files, from YAML (I6).

A model's files come from an installed Python distribution, a Debian package, a folder where stages run, or S3; each is
checked against its digest before it is loaded. Never a pickle.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from importlib import resources
from typing import Annotated, Self

from pydantic import Field, RootModel, model_validator

from include.contract.artifacts import ModelIdentity, ModelName, ModelRevision, ModelVariant
from include.contract.canonical import canonical_tree, digest
from include.contract.errors import BadRequest, UnknownModel
from include.contract.installed import EntryPoint, Group
from include.contract.names import allowed_names
from include.contract.values import UNSAID, Bucket, Closed, Sha256, StageKind, TechnicalName
from include.contract.yaml12 import read_model, read_yaml

log = logging.getLogger(__name__)

FileName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)]


_PLACES = ("package", "debian", "folder", "s3")


class ModelFile(Closed):
    """One file of a model."""

    package: TechnicalName | None = None
    """Python distribution that carries it; `path` is relative to its site-packages."""
    debian: TechnicalName | None = None
    """Debian package that carries it; `path` is absolute."""
    folder: Annotated[TechnicalName | None, UNSAID] = None
    """Absolute path of a folder where stages run, such as a volume; `path` is relative to it."""
    s3: Annotated[Bucket | None, UNSAID] = None
    """Bucket that stages may read; `path` is the key of one file in it."""
    path: TechnicalName
    """A file, or a folder with all that is in it."""
    sha256: Sha256
    """Of the file; of a folder, `folder_digest` of its files."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [name for name in _PLACES if getattr(self, name) is not None]
        if len(given) != 1:
            names = ", ".join(f"`{name}`" for name in _PLACES)
            found = " and ".join(f"`{name}`" for name in given) or "none"
            raise ValueError(f"has to say where the file comes from (found {found}); allowed: exactly one of {names}")
        if self.folder is not None and not self.folder.startswith("/"):
            raise ValueError(f"`folder` is relative (found {self.folder!r:.200}); allowed: a path that starts with `/`")
        return self

    @property
    def place(self) -> str:
        """Where it comes from, in words."""
        words = {"package": "the package", "debian": "the Debian package", "folder": "the folder", "s3": "the bucket"}
        return next(f"{said} {value}" for name, said in words.items() if (value := getattr(self, name)) is not None)


class RegisteredModel(Closed):
    """One model of the registry."""

    kind: StageKind
    revision: ModelRevision
    variant: ModelVariant = ""
    licence: TechnicalName
    files: dict[FileName, ModelFile]
    """Short name to file; order does not matter."""

    def identity(self, name: str) -> ModelIdentity:
        """The model as part of a fingerprint: its files by digest, wherever they come from."""
        files = {short: file.sha256 for short, file in self.files.items()}
        return ModelIdentity(
            name=name, revision=self.revision, variant=self.variant, digest=digest(canonical_tree(files))
        )


class ModelRegistry(RootModel[dict[ModelName, RegisteredModel]]):
    """All models that a deployment knows, by name."""

    def model_named(self, name: str) -> RegisteredModel:
        """The model called `name`.

        :raises UnknownModel: there is none.
        """
        if name not in self.root:
            broken = "".join(f"; {label}: {refusal}" for label, refusal in MODEL_FILES.refused.items())
            bringing = [label for label, each in MODEL_FILES.all().items() if name in each.root]
            clash = f"; {' and '.join(bringing)} both bring it; rename it in one" if len(bringing) > 1 else ""
            allowed = allowed_names(name, sorted(self.root))
            raise UnknownModel(f"model `{name}` is not registered{clash}; {allowed}{broken}")
        return self.root[name]

    def identity(self, name: str) -> ModelIdentity:
        """Identity of the model called `name`."""
        return self.model_named(name).identity(name)

    def check(self, identity: ModelIdentity) -> RegisteredModel:
        """The model that `identity` names, if it has the same files in this registry (W7).

        :raises UnknownModel: another revision, variant or other files here.
        """
        found = self.identity(identity.name)
        if found != identity:
            raise UnknownModel(
                f"model {identity} with files {identity.digest[:12]} was asked for, but this side has {found} with "
                f"files {found.digest[:12]}; run the stage in the image built from the same version as the operator"
            )
        return self.model_named(identity.name)


def with_more(models: ModelRegistry, more: ModelRegistry, name: str) -> ModelRegistry:
    """`models`, and those of the file called `name`.

    :raises BadRequest: both have a model of one name.
    """
    taken = sorted(models.root.keys() & more.root.keys())
    if taken:
        told = ", ".join(f"`{each}`" for each in taken)
        raise BadRequest(f"{name}: {told} is registered already, there or by a distribution; choose another name")
    return ModelRegistry({**models.root, **more.root})


def with_installed(models: ModelRegistry) -> ModelRegistry:
    """`models`, and those that installed distributions bring.

    A model whose name `models` has already, or that two distributions bring, is left out and logged.
    """
    brought = [(label, name, model) for label, each in MODEL_FILES.all().items() for name, model in each.root.items()]
    times = Counter([*models.root, *(name for _, name, _ in brought)])
    for label, name, _ in brought:
        if times[name] > 1:
            log.warning("model `%s` of %s is left out: another model has the same name; rename it", name, label)
    return ModelRegistry({**models.root, **{name: model for _, name, model in brought if times[name] == 1}})


def folder_digest(files: Mapping[str, str]) -> str:
    """Digest of a folder: of its files' relative paths (with `/`) and digests."""
    return digest(canonical_tree(files))


def read_registry(text: str, name: str) -> ModelRegistry:
    """The registry in `text`; `name` is for messages."""
    return read_model(ModelRegistry, read_yaml(text, name))


def _checked(_: str, found: object) -> ModelRegistry:
    if not isinstance(found, ModelRegistry):
        raise BadRequest(f"is a {type(found).__name__}; allowed: a file of models")
    return found


def _read_file(entry: EntryPoint) -> ModelRegistry:
    """The registry in the file that an entry point leads to, such as `my_recipes:models.yaml`.

    :raises BadRequest: it is not there, or is wrong.
    """
    package, colon, name = entry.points_to.partition(":")
    if not colon or not name.endswith(".yaml"):
        raise BadRequest(f"does not name a file (found {entry.points_to!r:.200}); allowed: `package:models.yaml`")
    try:
        text = resources.files(package).joinpath(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"cannot be read: {error}; include the file in the distribution") from error
    return read_registry(text, f"{package}/{name}")


MODEL_FILES = Group(
    "atelier.models",
    "file of models",
    _checked,
    {},
    load=_read_file,
    key=lambda entry: f"{entry.distribution} ({entry.points_to})",
)
"""Model files that installed distributions bring, by distribution and file."""

"""A stand-in for `python -m include.runtime run <request uri>`: the runtime's promises without its work.

It makes one item a brief, whose outputs say for which stage they were made, and fails as the brief's id says. Of
`large` and `unlucky` its device takes two at once; `unlucky` fails after that.
"""

from __future__ import annotations

import hashlib
import os
import sys

import boto3

sys.path.insert(0, os.getcwd())

from include.contract import environment
from include.contract.artifacts import artifact_of
from include.contract.errors import AtelierError, BadRequest, InputLost, ItemsFailed, StoreAway
from include.contract.failures import Progress, failure_of
from include.contract.fingerprint import content_digest
from include.contract.keys import blob_key, manifest_key, request_key, split_request_uri, stage_key
from include.contract.manifests import Counts, ItemLine, Manifest, ManifestPart, Outcome, StageContent, pack_lines
from include.contract.publishing import file_ports
from include.contract.registry import recipe_named
from include.contract.requests import StageRequest, read_request, stage_identity

DEVICE_TAKES = 2
FAILURES = {"bad": BadRequest("is bad"), "away": StoreAway("is away"), "lost": InputLost("blob is gone")}


def main(uri: str) -> int:
    domain, sha256 = split_request_uri(uri)
    s3 = boto3.client("s3")

    def put(key: str, body: bytes) -> None:
        s3.put_object(Bucket=domain.bucket, Key=domain.prefix + key, Body=body)

    body = s3.get_object(Bucket=domain.bucket, Key=domain.prefix + request_key(sha256))["Body"].read()
    request = read_request(body, sha256)
    brief = request.orders[0].brief
    if brief in FAILURES and request.kind.value != "text":
        return fail(FAILURES[brief])
    lines = []
    for position, order in enumerate(request.orders):
        outputs = []
        recipe = recipe_named(request.recipe)
        for name in [each.name for each in recipe.outputs] or [port.takes for port in file_ports(recipe)]:
            told = {"title": "", "script": f"{request.stage_fingerprint} "}
            output = f"{told.get(name, f'{request.stage_fingerprint} {name} ')}{order.brief}".encode()
            outputs.append(artifact_of(f"{name}01" if name.endswith("/") else name, output, "text/plain"))
            put(blob_key(outputs[-1].sha256), output)
        lines.append(ItemLine(position=position, item=order.brief, outputs=tuple(outputs), device_s=7.5))
    part = pack_lines(lines)
    put(blob_key(hashlib.sha256(part).hexdigest()), part)
    parts = (ManifestPart(sha256=hashlib.sha256(part).hexdigest(), bytes=len(part), items=len(lines)),)
    conclude(request, sha256, lines, parts, put)
    return fail(ItemsFailed("is unlucky")) if brief == "unlucky" and request.batch_size > 1 else 0


def conclude(
    request: StageRequest, sha256: str, lines: list[ItemLine], parts: tuple[ManifestPart, ...], put: object
) -> None:
    digest = content_digest((line.item, o.name, o.sha256) for line in lines for o in line.outputs)
    preimage, fingerprint = stage_identity(
        recipe_named(request.recipe), request.model, request.orders, request.upstreams
    )
    content = StageContent(preimage=preimage, content_digest=digest, items=len(lines), device_s=7.5, parts=parts)
    put(stage_key(request.kind, fingerprint), content.model_dump_json().encode())
    is_large = request.orders[0].brief in ("large", "unlucky")
    manifest = Manifest(
        run=request.run,
        kind=request.kind,
        recipe=request.recipe,
        revision=request.revision,
        model=request.model,
        request=sha256,
        stage_fingerprint=fingerprint,
        content_digest=digest,
        counts=Counts.of(line.model_copy(update={"outcome": Outcome.MADE}) for line in lines),
        spent_s=7.5,
        saved_s=0.0,
        wall_s=8.0,
        attempt=int(os.environ[environment.ATTEMPT]),
        process_started=True,
        fitting_batch_size=DEVICE_TAKES if is_large and request.batch_size > DEVICE_TAKES else None,
        parts=parts,
    )
    put(manifest_key(request.run, sha256), manifest.model_dump_json().encode())


def fail(error: AtelierError) -> int:
    failure = failure_of(error, ("honey/02",), Progress(total=5, done=3, made=1, reused=2, phase="making"))
    with open(os.environ["ATELIER_TERMINATION_LOG"], "w") as file:
        file.write(failure.line())
    return int(error.exit_code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[-1]))

"""Runs a script for `sh`, and puts what it writes and its termination message where the runtime puts its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3

from include.contract.keys import end_key, log_key
from include.contract.manifests import RunRef


def main(script: str, bucket: str, request: str, dag: str, run: str, task: str) -> int:
    """The script's exit code."""
    s3 = boto3.client("s3")
    ref = RunRef(dag_id=dag, run_id=run, task_id=task)
    attempt = int(os.environ["ATELIER_ATTEMPT"])
    message = Path(tempfile.mkdtemp()) / "message"
    signal.signal(signal.SIGTERM, lambda *_: None)
    child = subprocess.Popen(
        ["sh", script], env={**os.environ, "ATELIER_TERMINATION_LOG": str(message)}, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    lines = b""
    for line in child.stdout:
        lines += line
        s3.put_object(Bucket=bucket, Key=log_key(ref, request, attempt, 0), Body=lines)
    code = child.wait()
    if message.exists():
        s3.put_object(Bucket=bucket, Key=end_key(ref, request, attempt), Body=message.read_bytes())
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:7]))

"""The built-in engines: a stage's process as a child on this machine, or in a pod.

Here belong: starting a stage's process, showing its log lines as they come, ending it, and reading what it left
behind if it failed. Never here: what to run, or whether to run it. The interface is `include.contract.engines`.
"""

from __future__ import annotations

from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]

"""Names of the environment variables through which an engine tells a stage process about its surroundings.

None of them changes a result. The store's settings are not here: they are the standard AWS ones.
"""

from __future__ import annotations

TERMINATION_LOG = "ATELIER_TERMINATION_LOG"
"""File for the termination message; `DEFAULT_TERMINATION_LOG` when unset."""
DEFAULT_TERMINATION_LOG = "/dev/termination-log"
"""Where Kubernetes looks for it."""
ATTEMPT = "ATELIER_ATTEMPT"
"""Number of the try, from 1: where progress and logs of this attempt go."""
SCRATCH = "ATELIER_SCRATCH"
"""Folder for work files; the system's temporary folder when unset."""
CACHE = "ATELIER_CACHE"
"""Folder for what is slow to derive from a model's files; kept between runs, safe to lose."""
MODEL_CACHE = "ATELIER_MODEL_CACHE"
"""`verify`: a model's files are hashed each time before use; unset: when they come, and when they look changed."""
VERIFY = "verify"
MODEL_CACHE_BYTES = "ATELIER_MODEL_CACHE_BYTES"
"""What the files of models may take in the cache; as much as the disk has where it is unset."""
PUBLISH_FOLDER = "ATELIER_PUBLISH_FOLDER"
"""Folder that `publish.folder` writes pieces to; unset if the deployment names none."""
IMAGE_DIGEST = "ATELIER_IMAGE_DIGEST"
"""Digest of the container image, for records' provenance."""

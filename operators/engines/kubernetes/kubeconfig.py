"""A kubeconfig that is none: the Kubernetes client looks into whatever a file holds, and raises what comes of it."""

from __future__ import annotations

import yaml
from kubernetes.config.config_exception import ConfigException

UNUSABLE = (ConfigException, yaml.YAMLError, OSError, AttributeError, LookupError, TypeError, ValueError)
"""What loading one raises: no file, a folder, no text, no YAML, other YAML than a kubeconfig's."""

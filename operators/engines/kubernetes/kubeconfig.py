"""Broken kubeconfigs: the Kubernetes client reads whatever a file holds, and raises whatever results."""

from __future__ import annotations

import yaml
from kubernetes.config.config_exception import ConfigException

UNUSABLE = (ConfigException, yaml.YAMLError, OSError, AttributeError, LookupError, TypeError, ValueError)
"""What loading one raises: no file, a folder, not text, not YAML, or YAML that is not a kubeconfig."""

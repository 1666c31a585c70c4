"""A DAG importer for loaders of many files: each wrong file gets an import error of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from airflow.dag_processing.importers.base import DagImportError, DagImportResult
from airflow.dag_processing.importers.python_importer import PythonDagImporter
from airflow.utils.file import get_unique_dag_module_name

from include.contract.messages import legible

ATTRIBUTE = "import_errors"
"""Name of a mapping in a DAG file's module, from other files' paths to what is wrong with them."""


class LoaderImporter(PythonDagImporter):
    """Airflow's importer of Python files, which also reports the `import_errors` of a loader.

    An error under the loader's own path would mark every one of its DAGs stale; one under the path of the file
    that is wrong leaves the others alone.
    """

    def import_file(
        self,
        file_path: str | Path,
        *,
        bundle_path: Path | None = None,
        bundle_name: str | None = None,
        safe_mode: bool = True,
    ) -> DagImportResult:
        """Import a DAG file, and add the errors that it found in other files."""
        result = super().import_file(file_path, bundle_path=bundle_path, bundle_name=bundle_name, safe_mode=safe_mode)
        module = sys.modules.get(get_unique_dag_module_name(str(file_path)))
        for path, message in getattr(module, ATTRIBUTE, {}).items():
            where = legible(self.get_relative_path(path, bundle_path))
            result.errors.append(DagImportError(file_path=where, message=message, error_type="content_type"))
        return result

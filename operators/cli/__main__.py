"""`python -m operators.cli`."""

from __future__ import annotations

import os
import sys

from operators.cli.main import main

if __name__ == "__main__":
    # Of Airflow, through which the store is reached, only what is wrong is worth a line here.
    os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "WARNING")
    sys.exit(main(sys.argv[1:]))

"""Open a film and print its facts as JSON. Runs in the stage environment: the Airflow side has no media library."""

from __future__ import annotations

import json
import sys


def facts_of(path: str) -> dict[str, float]:
    """Width and height in pixels, frames per second, length in seconds, read from the file itself."""
    import av

    with av.open(path) as film:
        stream = film.streams.video[0]
        return {
            "width": stream.width,
            "height": stream.height,
            "fps": float(stream.average_rate or 0),
            "duration_s": round((film.duration or 0) / av.time_base, 3),
        }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(facts_of(sys.argv[1])))

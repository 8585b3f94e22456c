"""Whether the server of this container answers: `python -m ui.health`, the image's health check."""

from __future__ import annotations

import os
import sys
import urllib.request

PATIENCE = 4


def main() -> int:
    """0 where it does."""
    port = os.environ.get("PORT") or "8080"
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=PATIENCE) as answer:
            return 0 if answer.status == 200 else 1
    except OSError as error:
        sys.stderr.write(f"no answer at port {port}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m barriergraph` is the command `barriergraph`."""

from __future__ import annotations

import sys

from barriergraph.cli import main

if __name__ == "__main__":
    sys.exit(main())

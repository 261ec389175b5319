from __future__ import annotations

import os

import pytest


@pytest.fixture
def slow() -> None:
    """Skip a test that takes more than a few seconds, unless it is asked for."""
    if not os.environ.get("BARRIERGRAPH_SLOW"):
        pytest.skip("it takes many seconds; BARRIERGRAPH_SLOW=1 runs it")

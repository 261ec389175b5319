from __future__ import annotations

import os
from collections.abc import Callable

import pytest


@pytest.fixture
def slow() -> None:
    """Skip a test that takes more than a few seconds, unless it is asked for."""
    if not os.environ.get("BARRIERGRAPH_SLOW"):
        pytest.skip("it takes many seconds; BARRIERGRAPH_SLOW=1 runs it")


@pytest.fixture
def unless_quick(request: pytest.FixtureRequest) -> Callable[[bool], None]:
    """Skips a case as `slow` does, unless it is one of those that the quick run has."""
    return lambda quick: None if quick else request.getfixturevalue("slow")

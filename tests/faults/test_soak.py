"""A soak of half a minute; `python -m tests.faults.soak --minutes 5` is a longer one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.usefixtures("slow")
@pytest.mark.skipif(sys.platform != "linux", reason="what processes use is read from /proc")
def test_nothing_falls_short_in_half_a_minute() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.soak", "--minutes", "0.4"],
        cwd=Path(__file__).parent.parent.parent, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "FELL SHORT" not in done.stdout

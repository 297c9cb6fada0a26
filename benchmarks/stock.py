"""Stock pytest with its JUnit and HTML reports, on as many empty tests as the product has verdicts."""

from __future__ import annotations

import sys
from pathlib import Path

from runs import Run, run

_INI = "[pytest]\naddopts = -p no:cacheprovider -p no:testinfra -p no:pytest11.testinfra\n"
_TESTS = """import pytest


@pytest.mark.parametrize("requirement", range({requirements}))
@pytest.mark.parametrize("host", [f"load{{number:05}}" for number in range({hosts})])
def test_nothing(host, requirement):
    pass
"""


def run_stock(hosts: int, requirements: int, folder: Path) -> Run:
    """Run the empty tests in a folder of their own, with an ini of its own and without a plugin of the product.

    Args:
        hosts: One parameter's values.
        requirements: The other one's.
        folder: An existing folder, in which another one is made.

    Raises:
        BenchmarkError: A test failed.
    """
    place = folder / f"stock-{hosts}"
    place.mkdir()
    (place / "pytest.ini").write_text(_INI, encoding="utf-8")
    (place / "test_nothing.py").write_text(_TESTS.format(hosts=hosts, requirements=requirements), encoding="utf-8")
    reports = [f"--junitxml={place / 'junit.xml'}", f"--html={place / 'report.html'}", "--self-contained-html"]
    return run([sys.executable, "-m", "pytest", *reports], place)

"""What all self-tests share."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def samples() -> Path:
    """Real data that nobody on this project wrote; it is not part of the project."""
    folder = Path(os.environ.get("EXGATE_SAMPLES") or PROJECT.parent / "shared" / "samples")
    if not folder.is_dir():
        pytest.skip(f"no real samples in {folder}: set EXGATE_SAMPLES to their folder")
    return folder

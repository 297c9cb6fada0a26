"""What a requirement's test has found, kept with pytest's item."""

from __future__ import annotations

import pytest

FOUND = pytest.StashKey[str]()
"""What a test's readings have found."""

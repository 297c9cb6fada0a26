"""A pytest plugin that writes a run's peak memory, in MB, into the file that EXGATE_PEAK names."""

import os
import resource
import sys
from pathlib import Path


def pytest_sessionfinish():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / 2**20 if sys.platform == "darwin" else peak / 2**10
    Path(os.environ["EXGATE_PEAK"]).write_text(str(megabytes), encoding="ascii")

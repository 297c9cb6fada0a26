"""A pytest plugin that writes every verdict of a run, passes and all, into the file that EXGATE_RECORD names."""

import json
import os
from pathlib import Path

from exgate.plugin.verdict_report import verdict_of

VERDICTS = []


def pytest_runtest_logreport(report):
    verdict = verdict_of(report)
    if verdict:
        VERDICTS.append(verdict.to_json())


def pytest_sessionfinish():
    Path(os.environ["EXGATE_RECORD"]).write_text(json.dumps(VERDICTS), encoding="utf-8")

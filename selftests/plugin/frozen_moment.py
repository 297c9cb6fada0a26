"""A pytest plugin that runs at the moment that EXGATE_MOMENT gives."""

import os
from datetime import datetime

from exgate.plugin import moment


def pytest_configure():
    moment.present = lambda: datetime.fromisoformat(os.environ["EXGATE_MOMENT"])

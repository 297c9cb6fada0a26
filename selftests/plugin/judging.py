"""The requirements judged in this process, without pytest around them: many changes on the same saved facts."""

import importlib.util
from pathlib import Path

from exgate.exchange import Identity, Method2, SharePointBeside, Symptoms, Web
from exgate.exchange.reading import seen_readings
from exgate.facts.change import PlanError
from exgate.inventory import HostFolders
from exgate.plugin.judge import check_role, judge
from exgate.plugin.run import Run
from exgate.plugin.saved_hosts import SavedHosts
from exgate.sources.candidate import read_plan

TESTS = Path(__file__).parents[2] / "tests"
SUBJECTS = {
    "server": lambda server: server,
    "mobile_vdir": lambda server: server.mobile_vdir,
    "secondary_vdir": lambda server: server.secondary_vdir,
    "method_2": Method2,
    "identity": Identity,
    "symptoms": Symptoms,
    "sharepoint": SharePointBeside,
    "web": Web,
}
"""What the fixtures of tests/conftest.py give."""


def requirements():
    """Give every requirement's record and test."""
    for path in sorted(TESTS.glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"judged_{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for test in vars(module).values():
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "requirement":
                    yield mark.args[0], test


REQUIREMENTS = tuple(requirements())


def judged(facts, host, change=None):
    """Give every verdict of a host by the end of its id.

    Raises:
        PlanError: The change cannot be made there.
    """
    run = Run("all", SavedHosts(facts, HostFolders(facts), "all", by_inventory=False), plan=_plan(change))
    run.judged = frozenset((host, record.id) for record, _ in REQUIREMENTS)
    return {record.id[-2:]: _verdict(run, host, record, test) for record, test in REQUIREMENTS}


def _plan(change):
    return None if change is None else read_plan(change)


def _verdict(run, host, record, test):
    with seen_readings() as seen:
        try:
            run.facts(host)
            check_role(record, run.role(host))
            (subject,) = (name for name in test.__annotations__ if name != "return")
            test(SUBJECTS[subject](run.exchange(host)))
            error = None
        except PlanError:
            raise
        except Exception as raised:  # noqa: BLE001 - as pytest does
            error = raised
    return judge(record, host, run, error, "; ".join(reading.found for reading in seen))

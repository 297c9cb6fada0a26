"""Results of many hosts out of a few."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from reports.made import host, record, results, verdict

from exgate.facts.named import NamedFact
from exgate.reports.results import SeenRecord
from exgate.verdicts import Outcome

_FILE = Path(__file__).parents[2] / "benchmarks" / "generated_results.py"


@pytest.fixture(scope="module")
def multiply():
    spec = importlib.util.spec_from_file_location("generated_results", _FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.multiply


def run():
    fine = replace(record(verdict("be01", outcome=Outcome.PASS)), message="be01: BE01 is 10.1.2.3, not be01-old")
    return results(
        fine,
        record(verdict("be02")),
        hosts=(replace(host("be01"), facts=(NamedFact("network addresses", "10.1.2.3"),)), host("be02")),
    )


def test_a_tenth_of_the_hosts_has_findings(multiply):
    made = multiply(run(), 200)
    assert len(made.hosts) == len({each.name for each in made.hosts}) == 200
    assert made.summary == dict.fromkeys(made.summary, 0) | {"pass": 180, "fail": 20}
    assert (made.run.exit_status, made.run.exit_words) == (1, "something does not comply")


def test_a_host_is_another_one_in_every_text(multiply):
    seen = SeenRecord(source="WMI, http://127.81.7.11:80/wsman", collected_at=run().run.started, age_seconds=3)
    few = run()
    made = multiply(replace(few, hosts=(replace(few.hosts[0], seen=seen), few.hosts[1])), 51).hosts
    assert (made[50].name, made[50].organization, made[50].groups) == (
        "be00051",
        "Organization 002",
        ("backends", "organization_002"),
    )
    assert made[50].seen.source == "WMI, http://10.16.0.51:80/wsman"
    assert made[50].facts == (NamedFact("network addresses", "10.16.0.51"),)


def test_a_message_names_its_own_host(multiply):
    assert multiply(run(), 1).verdicts[0].message == "be00001: BE00001 is 10.16.0.1, not be01-old"


def test_the_same_comes_out_of_the_same(multiply):
    assert multiply(run(), 30) == multiply(run(), 30)


@pytest.mark.parametrize(
    ("few", "number"),
    ((results(), 1), (run(), 0)),
    ids=["no verdicts", "no hosts"],
)
def test_nothing_is_made_of_nothing(multiply, few, number):
    with pytest.raises(ValueError, match=r"^give results with verdicts, and at least one host$"):
        multiply(few, number)

"""The comparison: the product with and without the shell, and plain testinfra, on one lab."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from clients import Collecting, run_plain_testinfra, run_pytest
from command_line import say
from cost import Cost, children_cpu, difference, measure, own_cpu
from lab import Lab, running_lab
from product import Judged, without_shell


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured.

    Attributes:
        hosts: Hosts that the product asks.
        testinfra_hosts: Those of them that plain testinfra asks, and that the product asks one at a time.
        parallel: Hosts that the product asks at the same time.
        latency: Seconds that every answer of the lab takes longer.
    """

    hosts: int
    testinfra_hosts: int
    parallel: int
    latency: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who was measured.

    Attributes:
        name: As a column's title.
        whole: The whole run, as a user starts it; None where no such run was made.
        asking: The asking alone: hosts at the same time, where the subject can do that.
        one_by_one: The asking alone, one host after another.
    """

    name: str
    whole: Cost | None
    asking: Cost
    one_by_one: Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was measured.

    Attributes:
        sizes: How much.
        judged: The requirements of the product's run; plain testinfra ran a command for each.
        subjects: The product, the product without the shell, plain testinfra.
        lab_cpu: Seconds of CPU of the lab from its start to its end; None where that cannot be measured.
    """

    sizes: Sizes
    judged: Judged
    subjects: tuple[Subject, Subject, Subject]
    lab_cpu: float | None


def compare(sizes: Sizes) -> Comparison:
    """Start the lab, measure, and leave nothing behind.

    Raises:
        BenchmarkError: The lab does not start, or something could not be measured.
    """
    with tempfile.TemporaryDirectory(prefix="exgate-benchmark-") as name:
        folder = Path(name)
        with running_lab(sizes.hosts, sizes.latency, folder) as lab:
            few = tuple(lab.servers)[: sizes.testinfra_hosts]
            # The first question costs imports and caches on both ends, which are nobody's own.
            Collecting(lab.inventory).ask(few[:1], parallel=1)
            run_plain_testinfra(lab, few[:1], commands=1)

            exgate, judged = _measure_exgate("exgate", lab, lab.inventory, sizes, folder)
            no_shell, _ = _measure_exgate("exgate, shell: false", lab, without_shell(lab.inventory), sizes, folder)
            say(f"plain testinfra, {len(few)} hosts")
            plain = measure(lab, few, lambda: run_plain_testinfra(lab, few, judged.requirements), own_cpu)
            before = children_cpu()
        lab_cpu = difference(before, children_cpu())
    testinfra = Subject(name="plain testinfra", whole=None, asking=plain, one_by_one=plain)
    return Comparison(sizes=sizes, judged=judged, subjects=(exgate, no_shell, testinfra), lab_cpu=lab_cpu)


def _measure_exgate(name: str, lab: Lab, inventory: Path, sizes: Sizes, folder: Path) -> tuple[Subject, Judged]:
    every = tuple(lab.servers)
    few = every[: sizes.testinfra_hosts]
    collecting = Collecting(inventory)
    judged: list[Judged] = []
    say(f"{name}, {len(every)} hosts")
    subject = Subject(
        name=name,
        whole=measure(lab, every, lambda: judged.append(run_pytest(inventory, sizes.parallel, folder)), children_cpu),
        asking=measure(lab, every, lambda: collecting.ask(every, sizes.parallel), own_cpu),
        one_by_one=measure(lab, few, lambda: collecting.ask(few, parallel=1), own_cpu),
    )
    return subject, judged[0]

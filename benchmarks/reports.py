"""What each report costs: its size, and how long it takes to make, beside the numbers of the results themselves.

python benchmarks/reports.py reports/results.json 100 1000 10000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from generated_results import multiply

from exgate.reports.fix_files import write_plans
from exgate.reports.formats import FORMATS
from exgate.reports.results import Results
from exgate.reports.results_reader import read_results


def main() -> None:
    """Print a table: a row a report, two columns a number of hosts."""
    parser = argparse.ArgumentParser(description="Measure the reports.")
    parser.add_argument("results", type=Path, help="a real run's results.json")
    parser.add_argument("hosts", type=int, nargs="+", help="how many hosts")
    arguments = parser.parse_args()
    results = read_results(arguments.results)
    rows: dict[str, list[str]] = {each.file: [] for each in FORMATS.values()} | {"fix/": []}
    head = []
    for hosts in arguments.hosts:
        many = multiply(results, hosts)
        head += [f"{hosts:,} hosts, {len(many.verdicts):,} verdicts: MB", "s"]
        for each in FORMATS.values():
            rows[each.file] += _cost(lambda render=each.render, many=many: len(render(many)))
        rows["fix/"] += _cost(lambda many=many: _plans(many))
    print(f"| report | {' | '.join(head)} |")
    print(f"| --- |{' ---: |' * len(head)}")
    for name, cells in rows.items():
        print(f"| `{name}` | {' | '.join(cells)} |")


def _cost(make: Callable[[], int]) -> list[str]:
    """Give megabytes and seconds of this process's CPU."""
    begun = time.process_time()
    size = make()
    return [f"{size / 1e6:.2f}", f"{time.process_time() - begun:.2f}"]


def _plans(results: Results) -> int:
    with tempfile.TemporaryDirectory() as folder:
        return sum(path.stat().st_size for path in write_plans(Path(folder), results))


if __name__ == "__main__":
    main()

"""What the page of results costs: its size, how long it takes to make, and how long Chromium takes to open it.

python benchmarks/page.py reports/results.json 100 1000 10000
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from generated_results import multiply
from playwright.sync_api import Browser, sync_playwright

from exgate.reports.page.render import render
from exgate.reports.results_reader import read_results

_TIMES = 3
_READY = "() => performance.getEntriesByName('ready')[0].startTime"
_FILTER = """async () => {
    const from = performance.now();
    location.hash = "v=fail&q=exchange";
    await new Promise((done) => addEventListener("hashchange", done, {once: true}));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - from;
}"""
_MEBIBYTE = 2**20


def _resident(browser: Browser) -> float:
    """Give the MiB of memory that the largest of the browser's page processes has."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    files = [Path(f"/proc/{each['id']}/statm") for each in processes if each["type"] == "renderer"]
    pages = max(int(file.read_text(encoding="ascii").split()[1]) for file in files)
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEBIBYTE


def _open(browser: Browser, page_file: Path) -> tuple[float, float, float, float]:
    """Give ms until the page can be used, ms of one filter, MiB of the scripts' heap, and of the page's process."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.wait_for_selector("html[data-ready]")
    ready = page.evaluate(_READY)
    filtered = page.evaluate(_FILTER)
    session = context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}
    resident = _resident(browser)
    context.close()
    return ready, filtered, metrics["JSHeapUsedSize"] / _MEBIBYTE, resident


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description="Measure the page of results.")
    parser.add_argument("results", type=Path, help="a real run's results.json")
    parser.add_argument("hosts", type=int, nargs="+", help="how many hosts")
    arguments = parser.parse_args()
    results = read_results(arguments.results)
    print("| hosts | KB | made in s | ready after ms | filtered in ms | scripts' heap MiB | page's process MiB |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        chromium = os.environ.get("EXGATE_CHROMIUM") or shutil.which("chromium")
        options = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        for hosts in arguments.hosts:
            many = multiply(results, hosts)
            begun = time.perf_counter()
            text = render(many)
            made = time.perf_counter() - begun
            page_file = Path(folder, f"{hosts}.html")
            page_file.write_text(text, encoding="utf-8")
            opened = [_open(browser, page_file) for _ in range(_TIMES)]
            ready, filtered, heap, resident = map(statistics.median, zip(*opened, strict=True))
            size = page_file.stat().st_size / 1000
            cells = f"{size:,.0f} | {made:.1f} | {ready:,.0f} | {filtered:,.0f} | {heap:.0f} | {resident:.0f}"
            print(f"| {hosts:,} | {cells} |")
        browser.close()


if __name__ == "__main__":
    main()

"""The page of results in Debian's Chromium, opened from a file as an administrator opens it.

The browser is the machine's own: what `EXGATE_CHROMIUM` names, or chromium on the path. Playwright's synchronous way
keeps an event loop running in the thread that uses it, so no browser outlives the module whose tests it serves.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exgate.reports.page.render import render
from exgate.reports.results_reader import read_results

PROJECT = Path(__file__).parents[2]
HOSTS = (
    *("be01", "fe01", "sa01", "sbs01", "drift-02-ssl-on-root", "drift-03-forms-based-authentication", "drift-15-open"),
    *("drift-18-front-end-with-exchange-vdir", "dead01", "blind01"),
)
"""Servers of the lab: sound ones of each role, and every kind of finding."""


def _missing():
    if not importlib.util.find_spec("playwright"):
        yield "Python's playwright"
    if not shutil.which(os.environ.get("EXGATE_CHROMIUM", "chromium")):
        yield os.environ.get("EXGATE_CHROMIUM", "chromium")


@pytest.fixture(scope="session")
def _installed():
    missing = ", ".join(_missing())
    if missing and os.environ.get("EXGATE_PEERS") == "required":
        pytest.fail(f"EXGATE_PEERS=required, but there is no {missing}")
    if missing:
        pytest.skip(f"not installed: {missing} (Debian's package chromium, or name one in EXGATE_CHROMIUM)")


@pytest.fixture(scope="module")
def chromium(_installed):
    """A browser."""
    from playwright.sync_api import sync_playwright  # it may be missing

    path = shutil.which(os.environ.get("EXGATE_CHROMIUM", "chromium"))
    options = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab_run(_installed, tmp_path_factory):
    """The results of a real run over some servers of the lab."""
    folder = tmp_path_factory.mktemp("browser")
    reports = [f"--html={folder / 'report.html'}", f"--junitxml={folder / 'junit.xml'}"]
    file = folder / "results.json"
    quick = ("-p", "no:hypothesispytest", "-o", f"cache_dir={folder / 'cache'}")
    command = [sys.executable, "-m", "pytest", *quick, *reports, f"--results={file}", f"--hosts={','.join(HOSTS)}"]
    done = subprocess.run(
        command, cwd=PROJECT, check=False, capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL, timeout=120
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return read_results(file)


@pytest.fixture(scope="session")
def thousand(lab_run):
    """Results of a thousand hosts."""
    spec = importlib.util.spec_from_file_location("many", PROJECT / "benchmarks" / "generated_results.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.multiply(lab_run, 1000)


@pytest.fixture(scope="session")
def screenshots():
    """The folder that the pictures go to."""
    folder = Path(os.environ.get("EXGATE_SCREENSHOTS") or Path(__file__).with_name("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def rendered():
    """Render results, the same ones once."""
    pages = {}

    def page_of(results, trend):
        key = id(results), len(trend)
        if key not in pages:
            pages[key] = (results, render(results, trend))
        return pages[key][1]

    return page_of


class Watched:
    """A page of a browser, and what it complained of or asked for beside its own files."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.problems = []
        self.page.on("console", lambda message: self.problems.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", self._look)

    def _look(self, request):
        if not request.is_navigation_request() or not request.url.startswith("file:"):
            self.problems.append(request.url)


@pytest.fixture(scope="module")
def common_page(chromium):
    """The page that most tests share, because a new one takes longer than most tests."""
    watched = Watched(chromium)
    yield watched
    watched.context.close()


@pytest.fixture
def open_page(chromium, common_page, rendered, tmp_path):
    """Open the page of some results, and see to it that it neither complains nor asks the network for anything."""
    used = []

    def start(results, trend=(), *, fragment="", width=1280, scheme="light", before="", scripts=True):
        file = tmp_path / f"{len(used)}.html"
        file.write_text(rendered(results, trend), encoding="utf-8")
        usual = scripts and not before
        watched = common_page if usual else Watched(chromium, java_script_enabled=scripts)
        used.append(watched)
        page = watched.page
        page.emulate_media(media="screen", color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        if before:
            page.add_init_script(before)
        page.goto(file.as_uri() + fragment)
        if scripts:
            page.wait_for_selector("html[data-ready], #loading:has-text('cannot')", state="attached")
        return page

    yield start
    problems = [each for watched in used for each in watched.problems]
    for watched in used:
        watched.problems.clear()
        if watched is not common_page:
            watched.context.close()
    assert problems == []


@pytest.fixture
def lab_page(open_page, lab_run):
    """The page of the lab's run."""
    return open_page(lab_run)


@pytest.fixture
def until():
    """Wait until the page's expression is true; Playwright's own way needs eval, which the page's policy forbids."""

    def wait(page, expression):
        for _ in range(300):
            if page.evaluate(expression):
                return
            page.wait_for_timeout(50)
        pytest.fail(f"never true: {expression}")

    return wait

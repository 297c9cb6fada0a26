"""Requirements run straight to their verdicts; whatever pytest's own protocol gives goes on working beside."""

import pytest
from junitparser.xunit2 import JUnitXml

HOSTS = "be01,drift-02-ssl-on-root,fe01,blind01,dead01"
ONLOOKER = """
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    with open({seen!r}, "a", encoding="utf-8") as file:
        file.write(item.nodeid + "\\n")
    return (yield)
"""
RECORD = """
import warnings

import pytest

from exgate.facts.role import ALL_ROLES
from exgate.requirements import Severity, http_status, requirement

def declare(test, number="92"):
    test.__doc__ = "Because."
    return requirement(
        f"KB817379-{number}", title=f"Title {number}", severity=Severity.HIGH, roles=ALL_ROLES, passage="It must.",
        symptoms=(http_status("403.4"),), fix="Fix it.", rollback="Undo it.", risk="None.", references=("KB 817379",)
    )(test)

"""


@pytest.fixture(scope="module")
def facts(run_pytest, tmp_path_factory):
    """Ask some servers of every kind once, and save what they say."""
    folder = tmp_path_factory.mktemp("protocol") / "facts"
    run_pytest(f"--hosts={HOSTS}", f"--facts-out={folder}", "--report=none")
    return folder


@pytest.fixture
def judge(run_pytest, facts, tmp_path):
    """Judge what was saved, with plugins and own tests written into a folder."""

    def run(*arguments, plugin=None, own=None, hosts="all"):
        environment = {}
        if plugin:
            (tmp_path / "onlooking.py").write_text(plugin, encoding="utf-8")
            arguments, environment = ("-p", "onlooking", *arguments), {"PYTHONPATH": str(tmp_path)}
        if own:
            (tmp_path / "test_own.py").write_text(RECORD + own, encoding="utf-8")
            arguments = ("-c", "pytest.ini", *arguments, str(tmp_path / "test_own.py"))
        return run_pytest(f"--facts-from={facts}", f"--hosts={hosts}", *arguments, environment=environment)

    return run


def told(outcome):
    """Give what a run tells, without what differs from one run to the next."""
    results = outcome.results
    hosts = [host | {"seen": host["seen"] and host["seen"] | {"age_seconds": 0}} for host in results["hosts"]]
    page = outcome.html_data
    rows = {
        name: [row[:5] for test in tests for row in [test["resultsTableRow"]]] for name, tests in page["tests"].items()
    }
    cases = [
        (case.classname, case.name) for suite in JUnitXml.fromfile(str(outcome.folder / "junit.xml")) for case in suite
    ]
    verdicts = [verdict | {"since": None} for verdict in results["verdicts"]]
    return verdicts, hosts, results["summary"], outcome.status, cases, rows


def test_pytests_own_protocol_gives_the_same(judge, tmp_path):
    seen = tmp_path / "seen"
    short, whole = judge(), judge(plugin=ONLOOKER.format(seen=str(seen)))
    assert told(short) == told(whole)
    assert len(seen.read_text(encoding="utf-8").splitlines()) == 74
    assert "2 failed, 37 passed, 55 skipped, 36 errors in" in short.stdout
    assert "2 failed, 37 passed, 55 skipped, 36 errors in" in whole.stdout


@pytest.mark.parametrize(
    ("arguments", "counted"),
    (
        pytest.param(("-k", "ssl", "--hosts=be01"), "1 passed, 25 deselected", id="keyword"),
        pytest.param(("-k", "be01 and not ssl"), "13 passed, 12 skipped, 105 deselected", id="keyword-of-a-host"),
        pytest.param(("-m", "medium", "--hosts=be01"), "", id="marker"),
        pytest.param(("-x",), "14 passed, 12 skipped, 1 error in", id="first-finding"),
        pytest.param(("--maxfail=2",), "14 passed, 12 skipped, 2 errors in", id="second-finding"),
        pytest.param(("--durations=3", "--hosts=be01"), "14 passed, 12 skipped", id="durations"),
        pytest.param(("-rA", "--hosts=be01"), "14 passed, 12 skipped", id="all-reasons"),
        pytest.param(("--setup-show", "--hosts=be01"), "14 passed, 12 skipped", id="shown-fixtures"),
        pytest.param(("-p", "no:capture", "--hosts=be01"), "14 passed, 12 skipped", id="nothing-captured"),
        pytest.param(("-s", "--hosts=be01"), "14 passed, 12 skipped", id="shown-output"),
        pytest.param(("-p", "no:warnings", "--hosts=be01"), "14 passed, 12 skipped", id="no-warnings"),
        pytest.param(("-v", "--hosts=be01"), "14 passed, 12 skipped", id="verbose"),
        pytest.param(("-o", "console_output_style=times", "--hosts=be01"), "14 passed, 12 skipped", id="times"),
        pytest.param(("-o", "console_output_style=count", "--hosts=be01"), "14 passed, 12 skipped", id="counts"),
        pytest.param(("-o", "generate_report_on_test=true", "--hosts=be01"), "14 passed, 12 skipped", id="page-a-test"),
    ),
)
def test_pytests_options(judge, arguments, counted):
    outcome = judge(*arguments)
    assert counted in outcome.stdout.splitlines()[-1]
    assert "INTERNALERROR" not in outcome.stdout


def test_a_test_is_chosen_by_its_id(judge):
    name = "tests/test_a_mobile_vdir.py::test_mobile_vdir_does_not_require_ssl"
    assert list(judge(f"{name}[fe01]").verdicts) == [("fe01", "KB817379-02")]
    assert len(judge(name).verdicts) == 5


def test_what_failed_last_runs_again_alone(judge, run_pytest, facts, tmp_path):
    arguments = (f"--facts-from={facts}", "--hosts=be01,drift-02-ssl-on-root")
    assert len(run_pytest(*arguments, folder=tmp_path).verdicts) == 52
    again = run_pytest(*arguments, "--lf", folder=tmp_path)
    assert list(again.verdicts) == [("drift-02-ssl-on-root", "KB817379-02"), ("drift-02-ssl-on-root", "KB817379-61")]
    stepwise = run_pytest(*arguments, "--stepwise", folder=tmp_path)
    assert list(stepwise.verdicts)[-1] == ("drift-02-ssl-on-root", "KB817379-02")


def test_what_is_collected_looks_as_ever(judge):
    outcome = judge("--collect-only", "-k", "ssl", "--hosts=be01")
    assert "<Function test_mobile_vdir_does_not_require_ssl[be01]>" in outcome.stdout
    quiet = judge("--collect-only", "-q", "-k", "ssl", "--hosts=be01")
    assert "tests/test_a_mobile_vdir.py::test_mobile_vdir_does_not_require_ssl[be01]" in quiet.stdout.splitlines()


@pytest.mark.parametrize(
    ("plugin", "message"),
    (
        pytest.param("item.add_marker(pytest.mark.skip(reason='not tonight'))", "be01: not tonight", id="skip"),
        pytest.param(
            "item.own_markers.append(pytest.mark.skip(reason='not tonight').mark)", "be01: not tonight", id="own"
        ),
        pytest.param("item.parent.add_marker(pytest.mark.skip(reason='not tonight'))", "be01: not tonight", id="file"),
        pytest.param("item.add_marker(pytest.mark.skipif(True, reason='so it is'))", "be01: so it is", id="skipif"),
    ),
)
def test_a_mark_that_a_plugin_adds_is_obeyed(judge, plugin, message):
    text = f"import pytest\ndef pytest_collection_modifyitems(items):\n    for item in items:\n        if 'require_ssl' in item.name: {plugin}\n"
    outcome = judge("-k", "ssl", plugin=text, hosts="be01")
    case, named = outcome.cases["be01", "KB817379-02"]
    assert (named["verdict"], case.result[0].message) == ("not applicable", message)


@pytest.mark.parametrize(
    ("test", "verdict"),
    (
        pytest.param(
            "@declare\ndef test_x(host, request): assert request.node.name == 'test_x[be01]', 'no'",
            "pass",
            id="request",
        ),
        pytest.param(
            "@declare\ndef test_x(host, tmp_path): assert tmp_path.is_dir(), 'no'", "pass", id="pytests-fixture"
        ),
        pytest.param(
            "@pytest.mark.parametrize('n', (1,))\n@declare\ndef test_x(host, n): assert n == 1, 'no'",
            "pass",
            id="parameters",
        ),
        pytest.param(
            "@pytest.mark.skip(reason='not now')\n@declare\ndef test_x(host): assert False, 'no'",
            "not applicable",
            id="skip",
        ),
        pytest.param("@declare\ndef test_x(host): assert False, 'no'", "fail", id="fails"),
        pytest.param("@declare\ndef test_x(host): pytest.skip('moot')", "not applicable", id="skips-itself"),
        pytest.param("@declare\ndef test_x(host): raise SystemExit(0)", "unknown", id="system-exit"),
        pytest.param("@declare\ndef test_x(host): warnings.warn('odd')", "pass", id="warns"),
        pytest.param(
            "@pytest.fixture\ndef gone(): raise LookupError('x')\n@declare\ndef test_x(host, gone): pass",
            "unknown",
            id="fixture-breaks",
        ),
        pytest.param(
            "@pytest.fixture\ndef two(one): return one + 1\n@pytest.fixture\ndef one(host): return 1\n@declare\ndef test_x(two): assert two == 2, 'no'",
            "pass",
            id="fixtures-of-fixtures",
        ),
        pytest.param(
            "@pytest.fixture\ndef end(host):\n    yield 1\n@declare\ndef test_x(end): assert end == 1, 'no'",
            "pass",
            id="fixture-with-an-end",
        ),
        pytest.param(
            "@pytest.fixture(scope='module')\ndef one(): return 1\n@declare\ndef test_x(host, one): assert one == 1, 'no'",
            "pass",
            id="fixture-of-the-file",
        ),
        pytest.param(
            "@pytest.fixture\ndef host(): return 1\n@declare\ndef test_x(host): assert host == 1, 'no'",
            "pass",
            id="another-host",
        ),
        pytest.param(
            "class TestX:\n    @declare\n    def test_x(self, host): assert host.name == 'be01', 'no'",
            "pass",
            id="class",
        ),
    ),
)
def test_requirements_of_ones_own(judge, test, verdict):
    outcome = judge(own=f"{test}\n", hosts="be01")
    assert outcome.verdicts.get(("be01", "KB817379-92")) == verdict, outcome.stdout


def test_what_a_requirement_prints_is_kept_from_the_terminal(judge):
    own = "@declare\ndef test_x(host): print('said by the test')\n"
    assert "said by the test" not in judge(own=own, hosts="be01").stdout
    assert "said by the test" in judge("-rP", own=own, hosts="be01").stdout
    assert "said by the test" in judge("-s", own=own, hosts="be01").stdout


def test_a_warning_is_told_with_its_test_and_may_be_an_error(judge):
    own = "@declare\ndef test_x(host): warnings.warn('odd')\n"
    outcome = judge(own=own, hosts="be01,fe01")
    assert outcome.stdout.count("UserWarning: odd") == 1
    assert "::test_x[be01]" in outcome.stdout
    assert judge("-W", "error", own=own, hosts="be01").verdicts["be01", "KB817379-92"] == "unknown"


@pytest.mark.parametrize(
    ("raised", "status"),
    (
        pytest.param("KeyboardInterrupt", 2, id="interrupted"),
        pytest.param("pytest.exit('enough', 7)", 7, id="exit"),
    ),
)
def test_a_requirement_that_ends_the_run(judge, raised, status):
    raising = raised if raised.startswith("pytest") else f"raise {raised}"
    own = f"@declare\ndef test_x(host): {raising}\n"
    outcome = judge(own=own, hosts="be01,fe01")
    assert outcome.status == status
    assert outcome.results["run"]["complete"] is False
    assert [host["no_verdict"] for host in outcome.results["hosts"]] == [["KB817379-92"]] * 2


def test_module_fixtures_of_own_tests_live_as_long_as_their_tests(judge):
    own = """
EVENTS = []

@pytest.fixture(scope="module")
def shared():
    EVENTS.append("begin")
    yield
    EVENTS.append("end")

def test_a(shared): pass

def test_b(shared): assert EVENTS == ["begin"]

@declare
def test_x(host): pass
"""
    outcome = judge(own=own, hosts="be01,fe01")
    assert outcome.status == 0
    assert outcome.results["run"]["other_tests"] == {"passed": 2, "failed": 0, "skipped": 0}


@pytest.mark.parametrize(
    ("change", "verdict"),
    (
        pytest.param("item.runtest = fail", "unknown", id="runtest"),
        pytest.param("item.obj = lambda **_: fail()", "unknown", id="obj"),
        pytest.param(
            "item.own_markers = [pytest.mark.skip(reason='x').mark, *item.own_markers]", "not applicable", id="marks"
        ),
        pytest.param("item.name = 'renamed'", "pass", id="name"),
        pytest.param("assert item.cls is None", "pass", id="class"),
    ),
)
def test_what_a_plugin_changes_of_an_item_is_heeded(judge, change, verdict):
    text = f"""
import pytest

def fail():
    raise LookupError("by a plugin")

def pytest_collection_modifyitems(items):
    for item in items:
        if "require_ssl" in item.name:
            {change}
"""
    outcome = judge("--requirement=02", plugin=text, hosts="be01")
    assert [each["outcome"] for each in outcome.results["verdicts"]] == [verdict], outcome.stdout


def test_a_fixture_that_is_added_to_an_item_is_no_success(judge):
    text = "def pytest_collection_modifyitems(items):\n    items[0].fixturenames.insert(0, 'mine')\n"
    assert judge("--requirement=02", plugin=text, hosts="be01").status == 3


def test_a_run_without_a_terminal(judge):
    outcome = judge("-p", "no:terminal", "--requirement=02", hosts="be01")
    assert (outcome.status, list(outcome.verdicts)) == (0, [("be01", "KB817379-02")])

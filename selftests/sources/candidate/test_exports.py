import pytest

from exgate.facts.flags import AuthFlags

EXCHANGE = (
    '<IIsWebVirtualDir Location="/LM/W3SVC/1/ROOT/Exchange" AuthFlags="AuthBasic | AuthNTLM"/>'
    '<IIsWebDirectory Location="/LM/W3SVC/1/ROOT/Exchange/Below" AuthFlags="AuthNTLM"/>'
)
INHERITED = '<IIsInheritedProperties Location="inherited:/LM/W3SVC/1/ROOT/Exchange" AccessSSLFlags="AccessSSL" {more}/>'
OMA = "/LM/W3SVC/1/ROOT/exchange-oma"
COMMAND = "iiscnfg /import /f exchange-oma.xml /sp /lm/w3svc/1/root/exchange /dp /lm/w3svc/1/root/mobile"


def xml(*elements):
    return f'<?xml version="1.0"?><configuration><MBProperty>{"".join(elements)}</MBProperty></configuration>'


def told(plan):
    (step,) = plan.metabase
    return step.location, [(key.location, key.key_type) for key in step.keys], dict(step.inherited)


def test_a_file_becomes_a_virtual_directory_of_its_name(plan_of):
    plan = plan_of(exchange__oma_xml=xml(EXCHANGE, INHERITED.format(more="")))
    assert told(plan) == (
        OMA,
        [(OMA, "IIsWebVirtualDir"), (f"{OMA}/Below", "IIsWebDirectory")],
        {"AccessSSLFlags": 8},
    )
    assert plan.metabase[0].keys[0].properties["AuthFlags"].value == AuthFlags(6)
    assert str(plan.metabase[0].origin) == str(plan.metabase[0].origin.file)


@pytest.mark.parametrize(
    ("line", "below", "inherited"),
    (
        pytest.param(COMMAND, False, False, id="the-key-alone"),
        pytest.param(f"{COMMAND} /merge", False, False, id="merge"),
        pytest.param(f"cscript //nologo %windir%\\system32\\iiscnfg.vbs {COMMAND[8:]} /CHILDREN", True, False, id="children"),
        pytest.param(f"cscript iiscnfg.vbs {COMMAND[8:]} /i /c", True, True, id="inherited-and-children"),
        pytest.param(COMMAND.replace("/f", "/d secret /f"), False, False, id="password"),
    ),
)  # fmt: skip
def test_a_command_says_where_an_export_goes(plan_of, line, below, inherited):
    plan = plan_of(setup_cmd=line, exchange__oma_xml=xml(EXCHANGE, INHERITED.format(more="")))
    place = "/LM/W3SVC/1/root/mobile"
    assert told(plan) == (
        place,
        [(place, "IIsWebVirtualDir"), *([(f"{place}/Below", "IIsWebDirectory")] if below else [])],
        {"AccessSSLFlags": 8} if inherited else {},
    )


def test_a_command_takes_a_key_below_the_exported_one(plan_of):
    line = COMMAND.replace("exchange /dp", "exchange/below /dp")
    plan = plan_of(setup_cmd=line, exchange__oma_xml=xml(EXCHANGE))
    assert told(plan) == ("/LM/W3SVC/1/root/mobile", [("/LM/W3SVC/1/root/mobile", "IIsWebDirectory")], {})


WHAT_TO_EXPORT = 'export the one virtual directory (IIS Manager: /Exchange, All Tasks, "Save Configuration to a File")'


@pytest.mark.parametrize(
    ("elements", "problem"),
    (
        pytest.param(('<IIsWebServer Location="/LM/W3SVC/1"/>',), f"an export of /LM/W3SVC/1, which is no virtual directory: {WHAT_TO_EXPORT}", id="site"),
        pytest.param(('<IIsWebVirtualDir Location="/LM/W3SVC/1/ROOT"/>',), f"an export of /LM/W3SVC/1/ROOT, which is no virtual directory: {WHAT_TO_EXPORT}", id="root"),
        pytest.param(('<IIsConfigObject Location="/"/>', '<IIS_Object Location="/LM"/>', '<IIsWebService Location="/LM/W3SVC"/>'), f"exchange-oma.xml is a whole MetaBase.xml: {WHAT_TO_EXPORT}", id="whole"),
        pytest.param((EXCHANGE, INHERITED.format(more='IPSecurity="180000"')), "an inherited property of /LM/W3SVC/1/ROOT/Exchange: IPSecurity in MetaBase.xml could not be understood: it is a binary block, whose encoding is not documented", id="inherited"),
        pytest.param((), "no metabase key in this file: not a MetaBase.xml", id="no-key"),
    ),
)  # fmt: skip
def test_an_export_that_is_not_understood_stops(problem_of, elements, problem):
    assert problem_of(exchange__oma_xml=xml(*elements)) == f"change/exchange-oma.xml: {problem}"


@pytest.mark.parametrize("name", ("a&b_xml", " a_xml", "a+b_xml"))
def test_a_name_that_can_be_no_alias_stops(problem_of, name):
    shown = name.removesuffix("_xml")
    assert problem_of(**{name: xml(EXCHANGE)}) == (
        f"change/{shown}.xml: {shown!r} can be no virtual directory's name, and this file's name becomes one"
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    (
        (COMMAND.replace("exchange-oma", "x"), "'x.xml' is no .xml file of this folder: put it here, and name it without a path"),
        (COMMAND.replace("/exchange /dp", "/public /dp"), "exchange-oma.xml holds no key /LM/W3SVC/1/root/public but /LM/W3SVC/1/ROOT/Exchange and what is below it"),
        (COMMAND.replace("/root/mobile", "/%NAME%"), "the variable %NAME% is not known here: write its value"),
        (COMMAND.partition(" /sp")[0], "iiscnfg /import without /sp and /dp"),
        (f"{COMMAND} /s BE02", "iiscnfg with another server: the change is judged on each host by itself"),
        ("iiscnfg /copy /ts a /tu b /tp secret", "iiscnfg is understood with one of /import, /export and /save"),
        ("iiscnfg", "iiscnfg is understood with one of /import, /export and /save"),
        ("iiscnfg /import secret", "iiscnfg: an argument without an option's name before it is not understood"),
        ("iiscnfg /export /f exchange-oma.xml /sp /lm/w3svc/1/root/Exchange", "this overwrites exchange-oma.xml of this folder, whose new content is not known here"),
    ),
)  # fmt: skip
def test_a_command_that_is_not_understood_stops(problem_of, line, problem):
    assert problem_of(setup_cmd=line, exchange__oma_xml=xml(EXCHANGE)) == f"change/setup.cmd:1: {problem}"


def test_an_export_that_a_command_imports_is_damaged(problem_of):
    text = problem_of(setup_cmd=COMMAND, exchange__oma_xml="<")
    assert text.startswith("change/setup.cmd:1: exchange-oma.xml: not a well-formed MetaBase.xml: ")

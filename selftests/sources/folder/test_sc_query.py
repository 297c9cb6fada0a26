"""Outputs of sc query, in several languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exgate.facts.services import Service
from exgate.sources.folder.sc_query import read_sc_query
from exgate.sources.unreadable import UnreadableFile

ENGLISH = """
SERVICE_NAME: {name}
DISPLAY_NAME: {name}: the service
        TYPE               : 20  WIN32_SHARE_PROCESS{blank}
        STATE              : {state}  {word}{blank}
                                (NOT_STOPPABLE,NOT_PAUSABLE,IGNORES_SHUTDOWN)
        WIN32_EXIT_CODE    : 0  (0x0)
        SERVICE_EXIT_CODE  : 0  (0x0)
        CHECKPOINT         : 0x0
        WAIT_HINT          : 0x0
"""
FRENCH = """
SERVICE_NAME: {name}
DISPLAY_NAME: Le service {name}
        TYPE               : 110  WIN32_OWN_PROCESS (interactif)
        ÉTAT              : {state}  {word}{blank}
                                (STOPPABLE,PAUSABLE,ACCEPTS_SHUTDOWN)
        CODE_SORTIE_WIN32    : 1066  (0x42a)
        CODE_SORTIE_SERVICE  : 2  (0x2)
        POINT_ARRÊT         : 0x0
        INDICATION_ATTENTE          : 0x0
"""
GERMAN = ENGLISH.replace("DISPLAY_NAME", "ANZEIGENAME").replace("STATE ", "STATUS")
EXTENDED = ENGLISH + "        PID                : 1480\n        FLAGS              :{blank}\n"
WORDS = {
    1: "STOPPED",
    2: "START_PENDING",
    3: "STOP_PENDING",
    4: "RUNNING",
    5: "CONTINUE_PENDING",
    6: "PAUSE_PENDING",
    7: "PAUSED",
}
ALL = {"Eventlog": 4, "IISADMIN": 4, "PlugPlay": 4, "RpcSs": 4, "TlntSvr": 1, "W3SVC": 1, "winmgmt": 4}


def _text(services=ALL, form=ENGLISH):
    parts = [form.format(name=name, state=state, word=WORDS.get(state), blank=" ") for name, state in services.items()]
    return "".join(parts)


@pytest.mark.parametrize(
    "form",
    (
        pytest.param(ENGLISH, id="english"),
        pytest.param(GERMAN, id="german"),
        pytest.param(FRENCH, id="french"),
        pytest.param(EXTENDED, id="queryex"),
    ),
)
@pytest.mark.parametrize("line_break", ("\n", "\r\n", "\r\r\n"))
def test_services(form, line_break):
    found = read_sc_query(_text(form=form).replace("\n", line_break))
    assert [service.name for service in found.services] == list(ALL)
    assert found.service("iisadmin") == Service("IISADMIN", "Running", "", 0)
    assert found.service("W3SVC") == Service("W3SVC", "Stopped", "", 0)
    assert found.service("MSExchangeIS") is None


@pytest.mark.parametrize(
    ("number", "state"),
    (
        (1, "Stopped"),
        (2, "Start Pending"),
        (3, "Stop Pending"),
        (4, "Running"),
        (5, "Continue Pending"),
        (6, "Pause Pending"),
        (7, "Paused"),
    ),
)
def test_states(number, state):
    assert read_sc_query(_text({**ALL, "X": number})).service("X").state == state


ANEW = "; next step: make it anew on the server: sc query state= all bufsize= 250000 > sc_query.txt"


@pytest.mark.parametrize(
    ("text", "problem"),
    (
        pytest.param("", "no output of sc query state= all: it ends in the middle of a line", id="empty"),
        pytest.param(
            "\r\n",
            "no output of sc query state= all: it does not show all services: Eventlog, PlugPlay, RpcSs, winmgmt is "
            "missing",
            id="blank",
        ),
        pytest.param(_text()[:-1], "no output of sc query state= all: it ends in the middle of a line", id="cut-off"),
        pytest.param(
            _text().rpartition("        WAIT_HINT")[0],
            "line 62: no output of sc query state= all: a paragraph is no service, or not a whole one",
            id="cut-off-at-the-end-of-a-line",
        ),
        pytest.param(
            _text({name: state for name, state in ALL.items() if name < "W"}),
            "no output of sc query state= all: it does not show all services: winmgmt is missing",
            id="cut-off-between-two-services",
        ),
        pytest.param(
            _text({name: state for name, state in ALL.items() if state == 4}),
            "no output of sc query state= all: it does not show all services: none that is stopped is among them",
            id="without-state-all",
        ),
        pytest.param(
            _text({"W3SVC": 4}),
            "no output of sc query state= all: it does not show all services: Eventlog, PlugPlay, RpcSs, winmgmt is "
            "missing",
            id="one-service",
        ),
        pytest.param(
            _text() + "\r\nEnum: more data, need 1786 bytes start resume at index 79\r\n",
            "line 72: no output of sc query state= all: a paragraph is no service, or not a whole one",
            id="its-buffer-was-too-small",
        ),
        pytest.param(
            "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:\r\n\r\nThe specified service does not exist.\r\n",
            "line 1: no output of sc query state= all: a paragraph is no service, or not a whole one",
            id="failed",
        ),
        pytest.param(
            f"C:\\>sc query state= all\n{_text()}",
            "line 1: no output of sc query state= all: a paragraph is no service, or not a whole one",
            id="with-its-prompt",
        ),
        pytest.param(
            _text({**ALL, "w3svc": 1}), "no output of sc query state= all: it shows a service twice", id="twice"
        ),
        pytest.param(
            _text({**ALL, "X": 8}), "line 72: no output of sc query state= all: a service shows no state", id="state-8"
        ),
        pytest.param(
            _text().replace("WAIT_HINT          :", "WAIT_HINT", 1),
            "line 2: no output of sc query state= all: a paragraph is no service, or not a whole one",
            id="damaged-line",
        ),
    ),
)
def test_anything_else(text, problem):
    with pytest.raises(UnreadableFile) as caught:
        read_sc_query(text)
    assert str(caught.value) == problem + ANEW


@given(cut=st.integers(0, len(_text()) - 1))
def test_a_truncated_output_never_misses_a_service(cut):
    try:
        found = read_sc_query(_text()[:cut])
    except UnreadableFile as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017 - either outcome is right, if it is this one
    else:
        assert [service.name for service in found.services] == list(ALL)

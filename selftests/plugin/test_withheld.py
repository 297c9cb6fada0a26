"""A password that is also what a server says: saved facts judged again never say more than the server did."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exgate.facts.host import HostFacts
from exgate.facts.http import HttpAnswer
from exgate.facts.metabase_view import MetabaseView, ViewedKey
from exgate.facts.registry import Registry, RegistryKey, RegistryType, RegistryValue
from exgate.facts.services import Service, Services
from exgate.facts.unknown import Unknown
from exgate.facts.unreachable import Cause, Unreachable
from exgate.facts.wire import Answered, Probe, Wire
from exgate.inventory import Secret
from exgate.inventory.redaction import Redaction
from exgate.sources.withheld import WITHHELD, without_secrets

SECRET = "w0rd of a server"
MASKED = Unknown("fault: <secret>", "look")
REDACTION = Redaction([Secret(SECRET)])
FACTS = HostFacts(
    host="be01",
    source="WMI",
    collected_at=datetime(2026, 1, 1, tzinfo=UTC),
    stack="2.0",
    registry=Registry({}),
    metabase_file=None,
    **dict.fromkeys(
        (
            "metabase",
            "services",
            "network",
            "operating_system",
            "iis",
            "exchange",
            "iis_admin_started",
            "event_log",
            "sharepoint",
            "wire",
        ),
        Unknown("not read", "read it"),
    ),
)
VIEW = MetabaseView({"w3svc": ViewedKey("W3SVC", "IIsWebService", {"Path": Unknown(f"fault: {SECRET}", "look")})})


def key(name, data):
    return RegistryKey("Software\\Key", (RegistryValue(name, RegistryType.REG_SZ, data),))


def wire(**answer):
    answered = Answered(method="GET", url="http://10.0.0.5/", answer=HttpAnswer(status=200, **answer))
    return Wire(vdir="/Exchange", host_header="be01", answers={Probe.GET: answered})


@pytest.mark.parametrize(
    ("field", "seen", "saved"),
    (
        pytest.param("services", Services((Service("IISADMIN", SECRET, "Auto"),)), WITHHELD, id="a-text"),
        pytest.param(
            "services", *[Services((Service("IISADMIN", "Running", "Auto"),))] * 2, id="a-part-without-secrets"
        ),
        pytest.param("wire", wire(schemes=(SECRET,)), WITHHELD, id="a-text-in-a-list"),
        pytest.param("wire", wire(headers={SECRET: "x"}), WITHHELD, id="a-mapping's-key"),
        pytest.param("wire", Unknown(f"fault: {SECRET}", "look"), MASKED, id="why-a-part-is-unknown"),
        pytest.param(
            "metabase",
            VIEW,
            MetabaseView({"w3svc": replace(VIEW.keys["w3svc"], values={"Path": MASKED})}),
            id="why-a-value-is-unknown",
        ),
        pytest.param("metabase_file", Unknown(f"fault: {SECRET}", "look"), MASKED, id="why-the-file-is-unknown"),
        pytest.param(
            "registry",
            Registry({"a": key("a", SECRET), "b": key("b", "x"), "c": Unknown(f"fault: {SECRET}", "look")}),
            Registry({"a": WITHHELD, "b": key("b", "x"), "c": MASKED}),
            id="a-registry-key",
        ),
        pytest.param(
            "registry",
            Registry({"a": key("a", SECRET.encode()), "b": key("b", SECRET.encode("utf-16-le"))}),
            Registry({"a": WITHHELD, "b": WITHHELD}),
            id="octets",
        ),
        pytest.param("source", f"WMI {SECRET}", "WMI <secret>", id="where-they-come-from"),
    ),
)
def test_a_part_with_a_secret_becomes_unknown(field, seen, saved):
    assert without_secrets(replace(FACTS, **{field: seen}), REDACTION) == replace(FACTS, **{field: saved})


def test_why_a_host_could_not_be_asked_is_masked():
    seen = Unreachable(Cause.PROTOCOL, f"fault: {SECRET}", "look")
    assert without_secrets(seen, REDACTION) == Unreachable(Cause.PROTOCOL, "fault: <secret>", "look")


@pytest.mark.parametrize(
    "password",
    (
        pytest.param("Running", id="a-service's-state"),
        pytest.param("BackOfficeStorage", id="a-path"),
        pytest.param("IIsWebVirtualDir", id="a-key's-type"),
    ),
)
def test_saved_facts_never_say_more_than_the_server(run_pytest, tmp_path, password):
    folder = tmp_path / "facts"
    live = run_pytest("--hosts=be01", f"--facts-out={folder}", environment={"EXGATE_LAB_PASSWORD": password})
    again = run_pytest(f"--facts-from={folder}")
    assert set(live.verdicts.values()) == {"pass", "not applicable"}
    assert again.verdicts.keys() == live.verdicts.keys()
    assert {now for key, now in again.verdicts.items() if now != live.verdicts[key]} == {"unknown"}
    assert WITHHELD.reason in " ".join(again.stdout.split())

"""A change to the configuration, before and after the restart of IIS Admin, as requirement 53 sees it (step 23)."""

from dataclasses import replace

import pytest
import requests

from exgate.exchange import ExchangeServer, Web
from exgate.facts.role import Role
from exgate.sources.collect import collect_host
from exgate.sources.limits import Limits

SSL = "AccessSSLFlags is 8 (AccessSSL), set on /LM/W3SVC/1/ROOT"
CHALLENGE = "401.2 (Negotiate, NTLM, Basic)"


@pytest.fixture
def lab(own_lab):
    return own_lab("be01")


def tell(lab, path, **body):
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(f"{lab.process.control}{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()


def agreement(lab, places=None):
    """Give what requirement 53 finds, without the addresses."""
    settings, password = lab.host("be01")
    if places:
        settings = replace(settings, web_port=places["site_port"])
    facts = collect_host(settings, password, Limits()).result
    reading = Web(ExchangeServer(facts, Role.BACK_END)).agrees_with_configuration
    asked = f"http://{settings.address}:{settings.web_port}/Exchange/"
    return bool(reading), reading.found.replace(asked, "URL"), facts.iis_admin_started


def test_a_change_is_told_from_what_is_in_effect(lab):
    agrees, found, started = agreement(lab)
    assert (agrees, found[:46]) == (True, f"the wire shows PROPFIND URL: {CHALLENGE}"[:46])

    tell(lab, "/change", server="be01", to="drift-02-ssl-on-root")
    agrees, found, still = agreement(lab)
    assert (agrees, still) == (False, started)
    assert found == (
        f"the wire shows GET URL: {CHALLENGE}, but the configuration says 403.4, because {SSL}; demanded: the same; a change "
        "is not in effect yet, restart the IIS Admin service (the article's step 23)"
    )

    places = tell(lab, "/restart", server="be01")["be01"]
    agrees, found, later = agreement(lab, places)
    assert (agrees, later > started) == (True, True)
    assert found == f"the wire shows PROPFIND URL: 403.4 Forbidden, as the configuration says: 403.4, because {SSL}"

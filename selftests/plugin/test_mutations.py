"""Every single change to a compliant server, asked over the wire: exactly these requirements fail, and no other."""

import asyncio
import json
import threading
from contextlib import contextmanager

import pytest

from exgate.lab import catalogue_parts
from exgate.lab.ntlm import Account
from exgate.lab.runtime import running_lab

from .mutation import MUTATIONS

PASSWORD = "of-this-run"
BASES = {
    "be": (catalogue_parts.back_end, "back-end", "Behind A Front-end"),
    "sa": (catalogue_parts.standalone, "standalone", "Alone"),
    "sbs": (catalogue_parts.sbs, "sbs", "Small Business"),
    "fe": (catalogue_parts.front_end, "front-end", "Behind A Front-end"),
}


@contextmanager
def lab_of(definitions):
    """Run servers of one's own in a thread of this process."""
    started, stop, box = threading.Event(), threading.Event(), {}

    async def serve():
        account = Account("LAB", "exgate", PASSWORD)
        async with running_lab(definitions, account, https=True, allow_unencrypted=False) as lab:
            box["lab"] = lab
            started.set()
            await asyncio.to_thread(stop.wait)

    def run():
        try:
            asyncio.run(serve())
        finally:
            started.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert started.wait(60)
        yield box["lab"]
    finally:
        stop.set()
        thread.join(60)


def inventory(lab):
    """Name the servers, where they are and what they are."""
    hosts = []
    for mutation, server in zip(MUTATIONS, lab.servers, strict=True):
        places, (_, role, organization) = server.endpoints, BASES[mutation.base]
        variables = {
            "role": role,
            "organization": organization,
            "address": places.address,
            "port": places.port,
            "web_port": places.site_port or 9,
            "web_https_port": places.site_https_port or 9,
        }
        lines = [f"{name}: {json.dumps(value)}" for name, value in variables.items()]
        if mutation.inventory:
            name = mutation.inventory.partition(":")[0]
            lines = [line for line in lines if not line.startswith(f"{name}:")] + [mutation.inventory]
        hosts.append(f"    {mutation.host}: {{{', '.join(lines)}}}\n")
    return (
        "all:\n  vars: {user: 'LAB\\exgate', password: {env: MUTANTS}, test_mailbox: exgate, "
        f"ca_file: {json.dumps(str(lab.ca_path))}}}\n  hosts:\n{''.join(hosts)}"
    )


@pytest.fixture(scope="module")
def judged(run_pytest, tmp_path_factory):
    definitions = []
    for number, mutation in enumerate(MUTATIONS, 1):
        make = BASES[mutation.base][0]
        definitions.append(mutation.change(make(mutation.host, number)))
    with lab_of(definitions) as lab:
        file = tmp_path_factory.mktemp("mutations") / "hosts.yml"
        file.write_text(inventory(lab), encoding="utf-8")
        return run_pytest("--hosts=all", f"--inventory={file}", environment={"MUTANTS": PASSWORD})


def test_names_are_unique():
    names = [mutation.host for mutation in MUTATIONS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.host)
def test_exactly_these_fail(judged, mutation):
    verdicts = {named: verdict for (host, named), verdict in judged.verdicts.items() if host == mutation.host}
    assert len(verdicts) == 26
    found = {named: verdict for named, verdict in verdicts.items() if verdict not in {"pass", "not applicable"}}
    assert found == mutation.expected


def test_every_requirement_but_those_of_the_log_and_the_version_is_broken_by_a_change():
    """52, 42 and the rest of the catalogue are broken by the lab's own servers."""
    broken = {named for mutation in MUTATIONS for named, verdict in mutation.expected.items() if verdict == "fail"}
    numbers = ("01", "02", "03", "04", "05", "06", "07", "11", "12", "13", "14", "15", "16", "17", "18", "21")
    assert broken >= {f"KB817379-{number}" for number in (*numbers, "41", "51", "61", "62", "63", "64")}

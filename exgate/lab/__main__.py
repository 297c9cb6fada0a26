"""``python -m exgate.lab``: start the lab and tell where it is."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from exgate.lab.definition import ServerDefinition
from exgate.lab.farm import FAILURES, FarmError, failing, read_rates, timed
from exgate.lab.inventory import inventory_yaml
from exgate.lab.ntlm import Account
from exgate.lab.open_files import peak_memory
from exgate.lab.runtime import Lab, running_lab, stop_request
from exgate.lab.servers import DEFAULT_SERVERS, MOST_COPIES, SERVERS, copies

PASSWORD_VARIABLE = "EXGATE_LAB_PASSWORD"  # noqa: S105 - the name of a variable, not a password
_LONGEST_LATENCY = 3600
_MOST_ROWS = 150
"""More servers than this are not shown one by one."""
_DOMAIN, _USER = "LAB", "exgate"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m exgate.lab",
        description="Start synthetic Exchange Server 2003 machines on loopback: "
        "WS-Management, and IIS 6-like web sites that enforce the same configuration.",
        epilog=f"The account is {_DOMAIN}\\{_USER}; its password comes from the environment variable "
        f"{PASSWORD_VARIABLE}. Servers: {', '.join(SERVERS)}. "
        "One called drift-NN-... breaks requirement KB817379-NN; on one called unknown-NN... it cannot be decided. "
        "While the lab runs, its control endpoint takes POST /change (another configuration is written) and "
        "POST /restart (IIS Admin loads what is written). Stop it with Ctrl-C.",
    )
    parser.add_argument("--servers", metavar="NAME,...", help="which servers, or 'all' (default: the usual ones)")
    parser.add_argument(
        "--copies", metavar="N", type=int, default=0, help="add N copies of be01 as load0001 ...: thousands of hosts"
    )
    parser.add_argument(
        "--https", action="store_true", help="offer WS-Management and web sites over https too, by a CA of the lab's"
    )
    parser.add_argument(
        "--allow-unencrypted", action="store_true", help="answer Basic and plain messages over http (AllowUnencrypted)"
    )
    parser.add_argument("--latency", metavar="SECONDS", type=float, help="let every answer take this much longer")
    parser.add_argument(
        "--jitter", metavar="SECONDS", type=float, default=0.0, help="vary the latency by this, up and down"
    )
    parser.add_argument(
        "--fail-rate",
        metavar="KIND=RATE,...",
        default="",
        help="let this share of the servers fail: " + "; ".join(f"{kind}: {what}" for kind, what in FAILURES.items()),
    )
    parser.add_argument(
        "--slow", metavar="SECONDS", type=float, default=5.0, help="latency of a server that fails slow (default: 5)"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="choose other servers that fail (default: 0)")
    parser.add_argument("--inventory-out", metavar="FILE", type=Path, help="write an inventory of the servers (YAML)")
    parser.add_argument(
        "--json", action="store_true", help="print one line of JSON when ready; stop when standard input ends"
    )
    return parser


def _definitions(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> list[ServerDefinition]:
    if arguments.servers == "all":
        names: Sequence[str] = tuple(SERVERS)
    elif arguments.servers is None:
        names = () if arguments.copies else DEFAULT_SERVERS
    else:
        names = tuple(name.strip() for name in arguments.servers.split(",") if name.strip())
    unknown = [name for name in names if name not in SERVERS]
    if unknown:
        parser.error(f"no such server: {', '.join(unknown)}; there are {', '.join(SERVERS)}")
    if not 0 <= arguments.copies <= MOST_COPIES:
        parser.error(f"--copies must be from 0 to {MOST_COPIES}, not {arguments.copies}")
    definitions = [*(SERVERS[name] for name in names), *copies(arguments.copies)]
    if not definitions:
        parser.error("no servers")
    for option in ("latency", "jitter", "slow"):
        seconds = getattr(arguments, option)
        if seconds is not None and not 0 <= seconds <= _LONGEST_LATENCY:
            parser.error(f"--{option} must be from 0 to {_LONGEST_LATENCY} seconds, not {seconds:g}")
    if arguments.latency is not None or arguments.jitter:
        definitions = [timed(each, arguments.latency or 0.0, arguments.jitter) for each in definitions]
    try:
        return failing(definitions, read_rates(arguments.fail_rate), arguments.slow, arguments.seed)
    except FarmError as error:
        parser.error(f"--fail-rate: {error}")


def _account(parser: argparse.ArgumentParser, *, for_a_person: bool) -> tuple[Account, bool]:
    """Give the account, and whether its password was made up."""
    password = os.environ.get(PASSWORD_VARIABLE, "")
    if not password and not for_a_person:
        parser.error(f"--json needs the environment variable {PASSWORD_VARIABLE}")
    try:
        return Account(_DOMAIN, _USER, password or secrets.token_urlsafe(12)), not password
    except ValueError as error:
        parser.error(str(error))


def _describe(lab: Lab, *, generated: bool) -> str:
    rows = [("server", "WS-Management", "https", "web site", "https")]
    for server in lab.servers[:_MOST_ROWS]:
        places = server.endpoints
        https, site_https = (f"port {port}" if port else "-" for port in (places.https_port, places.site_https_port))
        rows.append((server.definition.name, places.wsman_url, https, places.site_url or "(down)", site_https))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if len(lab.servers) > _MOST_ROWS:
        lines.append(f"... {len(lab.servers) - _MOST_ROWS} more; --json and --inventory-out name them all")
    password = (
        f"{lab.account.password}   (made up for this run, good for this lab only)"
        if generated
        else f"as in the environment variable {PASSWORD_VARIABLE}"
    )
    lines += ["", f"user      {lab.account.name}", f"password  {password}", f"control   {lab.control_url}/record"]
    failures = Counter(server.definition.failure for server in lab.servers if server.definition.failure)
    if failures:
        lines.append(f"failing   {', '.join(f'{count} {kind}' for kind, count in failures.items())}")
    memory = peak_memory()
    if memory:
        lines.append(f"memory    {memory / 1e6:.0f} MB")
    if lab.ca_path:
        lines.append(f"CA        {lab.ca_path}")
    return "\n".join([*lines, "", "Everything here is synthetic. Ctrl-C stops it."])


async def _run(
    arguments: argparse.Namespace, definitions: list[ServerDefinition], account: Account, *, generated: bool
) -> None:
    stopped = stop_request(watch_stdin=arguments.json)
    https, allow_unencrypted = arguments.https, arguments.allow_unencrypted
    async with running_lab(definitions, account, https=https, allow_unencrypted=allow_unencrypted) as lab:
        if arguments.inventory_out:
            arguments.inventory_out.write_text(inventory_yaml(lab, PASSWORD_VARIABLE), encoding="utf-8")
        text = json.dumps(lab.as_json()) if arguments.json else _describe(lab, generated=generated)
        print(text, flush=True)  # noqa: T201 - this is the command's output
        await stopped.wait()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 0 after Ctrl-C, SIGTERM or the end of standard input."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    definitions = _definitions(parser, arguments)
    account, generated = _account(parser, for_a_person=not arguments.json)
    try:
        asyncio.run(_run(arguments, definitions, account, generated=generated))
    except KeyboardInterrupt:
        pass
    except OSError as error:
        print(f"the lab cannot start: {error}", file=sys.stderr)  # noqa: T201 - this is the command's output
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

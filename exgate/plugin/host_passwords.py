"""The passwords of a run's hosts, each fetched once, as far as it is this process that needs them."""

from __future__ import annotations

from collections.abc import Iterable

from exgate.inventory import HostSettings, Secret


class HostPasswords:
    """What logs on to hosts and to their test mailboxes.

    Args:
        elsewhere: Whether workers look passwords up where they run: none is fetched here then.

    Attributes:
        by_host: Passwords for WS-Management, by host.
        of_test_mailboxes: Passwords of test mailboxes' accounts, by host.
    """

    def __init__(self, *, elsewhere: bool) -> None:
        self.by_host: dict[str, Secret] = {}
        self.of_test_mailboxes: dict[str, Secret] = {}
        self._elsewhere = elsewhere

    def fetch(self, hosts: Iterable[HostSettings]) -> None:
        """Fetch what logs on to hosts.

        Raises:
            SecretError: A password cannot be had.
        """
        for host in hosts:
            if host.password and not self._elsewhere:
                self.by_host[host.name] = host.password.resolve()
            for reference in (host.password, host.test_password):
                if reference:
                    # It may never be used, but a user's own test may show it: what costs no question is known now.
                    reference.learn()

    def fetch_of_test_mailboxes(self, hosts: Iterable[HostSettings]) -> None:
        """Fetch what logs on to test mailboxes.

        Raises:
            SecretError: A password cannot be had.
        """
        if self._elsewhere:
            return
        for host in hosts:
            if host.test_mailbox and host.test_password:
                self.of_test_mailboxes[host.name] = host.test_password.resolve()

    def own(self, host: HostSettings) -> Secret | None:
        """Give what this process logs on to a host with, None where that takes no password.

        Raises:
            SecretError: It cannot be had.
        """
        return self.by_host.get(host.name) or (host.password.resolve() if host.password else None)

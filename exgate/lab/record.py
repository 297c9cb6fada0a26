"""What a lab server saw: counters that a test can ask for through the control endpoint."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Record:
    """One server's counters since its start or the last reset.

    Attributes:
        connections: TCP connections to the WS-Management endpoint.
        requests: HTTP requests to it, the legs of a log-on included.
        logon_attempts: Passwords that were tried: NTLM's third leg, or a Basic header.
        logons_accepted: Those that were right.
        messages: SOAP messages that were handled.
        actions: SOAP messages by action URI; Identify by its name.
        faults: Fault answers by their code.
        site_requests: HTTP requests to the web sites, by method.
        site_logon_attempts: Passwords that were tried on the web sites.
        site_logons_accepted: Those that were right.
    """

    connections: int = 0
    requests: int = 0
    logon_attempts: int = 0
    logons_accepted: int = 0
    messages: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    faults: Counter[int] = field(default_factory=Counter)
    site_requests: Counter[str] = field(default_factory=Counter)
    site_logon_attempts: int = 0
    site_logons_accepted: int = 0

    def reset(self) -> None:
        """Begin counting anew."""
        self.connections = self.requests = self.logon_attempts = self.logons_accepted = self.messages = 0
        self.site_logon_attempts = self.site_logons_accepted = 0
        for counter in (self.actions, self.faults, self.site_requests):
            counter.clear()

    def as_json(self) -> dict[str, object]:
        """Give the counters as JSON values."""
        return {
            "connections": self.connections,
            "requests": self.requests,
            "logon_attempts": self.logon_attempts,
            "logons_accepted": self.logons_accepted,
            "messages": self.messages,
            "actions": dict(self.actions),
            "faults": {str(code): count for code, count in self.faults.items()},
            "site_requests": dict(self.site_requests),
            "site_logon_attempts": self.site_logon_attempts,
            "site_logons_accepted": self.site_logons_accepted,
        }

"""A Kerberos ticket for a web server, out of the ticket cache (on Windows: of the account that runs the tests)."""

from __future__ import annotations

import base64
import binascii
import re

from exgate.wsman.errors import NoLogOnError

_GSS_MINOR = re.compile(r"Minor \(\d+\): (.*?)(?:, Context: .*)?$")
_TOKEN = re.compile(r"(?:^|,)\s*Negotiate\s+([A-Za-z0-9+/=]+)", re.IGNORECASE)
_LONGEST_TEXT = 200


class KerberosContext:
    """One log-on to one server.

    pyspnego speaks GSS-API or SSPI for us. It is imported here and only now: GSS-API is an extra.

    Args:
        service_host: The host name in the service principal ``HTTP/<service_host>``.

    Raises:
        NoLogOnError: Kerberos is not installed, or there is no ticket at all.
    """

    def __init__(self, service_host: str) -> None:
        import spnego  # noqa: PLC0415 - it takes half of this program's start-up, and few need it
        from spnego.exceptions import SpnegoError  # noqa: PLC0415 - the same

        self._service_host = service_host
        self._failure = SpnegoError
        try:
            self._context = spnego.client(protocol="kerberos", hostname=service_host, service="HTTP")
        except ImportError:
            problem = "Kerberos is not installed on this machine: install exgate[kerberos]"
        except SpnegoError as error:
            problem = self._no_ticket(error)
        else:
            return
        raise NoLogOnError(problem)

    def ticket(self) -> str:
        """Give the ticket, base64.

        Raises:
            NoLogOnError: There is none for this server.
        """
        try:
            token = self._context.step()
        except self._failure as error:
            problem = self._no_ticket(error)
        else:
            return base64.b64encode(token or b"").decode("ascii")
        raise NoLogOnError(problem)

    def proves(self, challenge: str) -> bool:
        """Whether the server's WWW-Authenticate proves that it is the ticket's server (mutual authentication)."""
        token = _TOKEN.search(challenge)
        if not token:
            return False
        try:
            self._context.step(base64.b64decode(token[1], validate=True))
        except (self._failure, binascii.Error):
            return False
        return self._context.complete

    def _no_ticket(self, error: Exception) -> str:
        """Put it into the mechanism's own words; GSS-API's "unspecified failure" before them says nothing."""
        words = str(getattr(error, "base_error", None) or error)
        minor = _GSS_MINOR.search(words)
        detail = " ".join((minor[1] if minor else words).split())[:_LONGEST_TEXT]
        return f"no Kerberos ticket for HTTP/{self._service_host}: {detail}"

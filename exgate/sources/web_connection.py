"""The one connection to a web server: nothing of the environment, and of every page the beginning only."""

from __future__ import annotations

import re
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import HTTPError

from exgate.wsman.connection import SingleConnectionAdapter
from exgate.wsman.errors import WsmanError
from exgate.wsman.gate import carries_log_on

MOST_OCTETS = 65536
"""As much of a body is read; IIS's own pages have less than 6 KiB, and an answer's sense stands at its beginning."""
_PIECE = 8192
_NEGOTIATE = re.compile(r"(^|,\s*)negotiate(?=[\s,]|$)", re.IGNORECASE)


class WebAdapter(SingleConnectionAdapter):
    """The adapter that bounds what is read where nobody else does, and counts the passwords that were sent.

    Attributes:
        passwords_sent: How many requests made the server judge a password.
    """

    passwords_sent = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - requests' own signature
        """Send a request; its body is read here unless the caller streams."""
        carries = carries_log_on(request)
        try:
            response = super().send(request, *args, **kwargs)
        except WsmanError:
            carries = False  # the gate did not open, or the handshake failed
            raise
        finally:
            self.passwords_sent += carries
        if not kwargs.get("stream"):
            read_beginning(response)
        _name_schemes(response)
        return response


def _name_schemes(response: requests.Response) -> None:
    """Spell Negotiate as requests-ntlm looks for it; IIS spells it as NTAuthenticationProviders does."""
    challenge = response.headers.get("WWW-Authenticate")
    if challenge:
        response.headers["WWW-Authenticate"] = _NEGOTIATE.sub(r"\1Negotiate", challenge)


class WebSession(requests.Session):
    """A session that follows nothing, keeps nothing, and asks the environment for nothing."""

    def __init__(self, adapter: WebAdapter) -> None:
        super().__init__()
        self.trust_env = False
        # Identity: a packed body would have to be unpacked before its size is known.
        plain = {"User-Agent": "exgate", "Accept": "*/*", "Accept-Encoding": "identity"}
        self.headers = requests.structures.CaseInsensitiveDict(plain)
        self.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=()))
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, _response: requests.Response) -> None:
        """Give no target: requests would read the whole page and parse the address even where it does not follow."""
        return


def read_beginning(response: requests.Response) -> bytes:
    """Read at most `MOST_OCTETS` of a body, and close the connection when there is more.

    Afterwards `Response.content` gives the same, so that others who read it read no more either.

    Raises:
        requests.ConnectionError: The body ended too early, or not in time.
    """
    state = vars(response)  # requests has no public way to say that a body has been read
    if state["_content"] is False:
        data = b""
        try:
            # Until nothing comes, because only then urllib3 tells whether the body was complete.
            while len(data) <= MOST_OCTETS and (piece := response.raw.read(_PIECE, decode_content=False)):
                data += piece
        except HTTPError as error:
            raise requests.ConnectionError(error) from error
        if len(data) > MOST_OCTETS:
            response.raw.close()
        state.update(_content=data[:MOST_OCTETS], _content_consumed=True)
    return response.content or b""

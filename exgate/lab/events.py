"""Records of the Application log that the article quotes, in its own words, and one that has nothing to do with it.

How Windows splits a message into insertion strings is not told for MSExchangeOMA, so that split is the lab's own.
The article's server and virtual directory stand in ``[%1]`` and ``[%2]``; whether a real ``%2`` has a leading slash
is not told either, and the lab writes it without.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from exgate.facts.events import OMA, SERVER_ACTIVESYNC, LoggedEvent

OMA_HTTP_ERROR: Final = 1805
OMA_UNKNOWN_ERROR: Final = 1507
SSL_IS_REQUIRED: Final = 3029
FORMS_BASED_AUTHENTICATION_IS_ON: Final = 3030
NEGOTIATE_IS_NOT_ALLOWED: Final = 3031
SECURITY_POLICY_APPLIED: Final = 1704

_ARTICLE = (
    "817379 (http://support.microsoft.com/kb/817379/) Exchange ActiveSync and Outlook Mobile Access errors occur when "
    "SSL or forms-based authentication is required for Exchange Server 2003"
)
_SETTINGS = (
    "For information about how to correctly configure Exchange virtual directory settings, click the following article "
    f"number to view the article in the Microsoft Knowledge Base:\r\n{_ARTICLE}\r\n"
)
_SETTINGS_OF_3031 = (
    "For information about how to configure Exchange virtual directory settings, click the following article number to "
    f"view the article in the Microsoft Knowledge Base:\r\n{_ARTICLE}\r\n"
)
_KERBEROS_AND_NTLM = (
    "For information about how to correctly configure Internet Information Services (IIS) to support Kerberos and NTLM "
    "authentication, click the following article number to view the article in the Microsoft Knowledge Base:\r\n"
    "215383 (http://support.microsoft.com/kb/215383/) How to configure IIS to support both the Kerberos protocol and "
    "the NTLM protocol for network authentication\r\n"
)
_FORBIDDEN = (
    "Content-Length: 1409\r\nContent-Type: text/html\r\nServer: Microsoft-IIS/6.0\r\n"
    "MicrosoftOfficeWebServer: 5.0_Pub\r\nX-Powered-By: ASP.NET\r\nDate: Fri, 21 Feb 2003 02:25:34 GMT\r\n\r\n"
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\r\n'
    "<HTML><HEAD><TITLE>The page must be viewed over a secure channel</TITLE>\r\n"
    '<META HTTP-EQUIV="Content-Type" Content="text/html; charset=Windows-1252">'
)
_OMA_EXCEPTION = (
    "An unknown error occurred while processing the current request: Exception of type "
    "Microsoft.Exchange.OMA.DataProviderInterface.ProviderException was thrown.\r\n"
    "Stack trace: at Microsoft.Exchange.OMA.UserInterface.Global.Session_Start(Object sender, EventArgs e)\r\n"
    "at System.Web.SessionState.SessionStateModule.CompleteAcquireState()\r\n"
    "at System.Web.SessionState.SessionStateModule.BeginAcquireState(Object source, EventArgs e, AsyncCallback cb, "
    "Object extraData)\r\n"
    "at System.Web.AsyncEventExecutionStep.System.Web.HttpApplication+IExecutionStep.Execute()\r\n"
    "at System.Web.HttpApplication.ExecuteStep(IExecutionStep step, Boolean& completedSynchronously)\r\n"
    "Inner Error: Exception has been thrown by the target of an invocation.\r\n"
)
_OMA_LOGIN_TIMEOUT = (
    "Inner Error: The remote server returned an error: (440) Login Timeout.\r\n"
    "Stack trace: at Microsoft.Exchange.OMA.ExchangeDataProvider.OmaWebRequest.GetRequestStream()\r\n"
    "at Microsoft.Exchange.OMA.ExchangeDataProvider.ExchangeServices.GetSpecialFolders()\r\n"
    "at Microsoft.Exchange.OMA.ExchangeDataProvider.ExchangeServices..ctor(UserInfo user)"
)


def oma_forbidden(generated: datetime, server: str, user: str) -> LoggedEvent:
    """Give MSExchangeOMA 1805 with 403: the back-end demands SSL.

    Args:
        generated: When it was logged.
        server: The back-end server's name.
        user: The user's address, ``UserA@domain.com`` in the article.
    """
    strings = (user, server, "403:Forbidden", _FORBIDDEN)
    message = (
        f"Request from user {user} resulted in the Microsoft(R) Exchange back-end server {server} returning an HTTP "
        f"error with status code 403:Forbidden\r\nResponse: {_FORBIDDEN}"
    )
    return LoggedEvent(source=OMA, code=OMA_HTTP_ERROR, generated=generated, strings=strings, message=message)


def oma_login_timeout(generated: datetime) -> LoggedEvent:
    """Give MSExchangeOMA 1507 with 440: forms-based authentication is on."""
    message = _OMA_EXCEPTION + _OMA_LOGIN_TIMEOUT
    return LoggedEvent(source=OMA, code=OMA_UNKNOWN_ERROR, generated=generated, strings=(message,), message=message)


def ssl_required(generated: datetime, server: str, vdir: str) -> LoggedEvent:
    """Give Server ActiveSync 3029, "Event 1" of the article."""
    return _activesync(
        SSL_IS_REQUIRED,
        generated,
        (server, vdir),
        f"The mailbox server [{server}] has its [{vdir}] virtual directory set to require SSL. Exchange ActiveSync "
        f"cannot access the server if SSL is set to be required.\r\n{_SETTINGS}",
    )


def forms_based_authentication(generated: datetime, server: str, vdir: str) -> LoggedEvent:
    """Give Server ActiveSync 3030, "Event 2" of the article; its message names no virtual directory."""
    return _activesync(
        FORMS_BASED_AUTHENTICATION_IS_ON,
        generated,
        (server, vdir),
        f"The mailbox server [{server}] has forms based authentication enabled on its virtual server. Exchange "
        f"ActiveSync cannot access the server when Forms based authentication is enabled.\r\n{_SETTINGS}",
    )


def negotiate_not_allowed(generated: datetime, server: str, vdir: str) -> LoggedEvent:
    """Give Server ActiveSync 3031, "Event 3" of the article."""
    return _activesync(
        NEGOTIATE_IS_NOT_ALLOWED,
        generated,
        (server, vdir),
        f'The mailbox server [{server}] does not allow "Negotiate" authentication to its [{vdir}] virtual directory. '
        "Exchange ActiveSync can only access the server using this authentication scheme.\r\n"
        f"{_SETTINGS_OF_3031}{_KERBEROS_AND_NTLM}",
    )


def security_policy_applied(generated: datetime) -> LoggedEvent:
    """Give SceCli 1704, which every healthy server logs at least once a day."""
    return LoggedEvent(
        source="SceCli",
        code=SECURITY_POLICY_APPLIED,
        generated=generated,
        strings=(),
        message="Security policy in the Group policy objects has been applied successfully.\r\n",
    )


def _activesync(code: int, generated: datetime, strings: tuple[str, ...], message: str) -> LoggedEvent:
    return LoggedEvent(source=SERVER_ACTIVESYNC, code=code, generated=generated, strings=strings, message=message)

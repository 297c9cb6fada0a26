"""WS-Management faults as Windows words them: codes and texts of the Windows SDK's wsmerror.h."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FaultDetail:
    """What a fault says.

    Attributes:
        code: The number in ``f:WSManFault/@Code``; decimal, as Windows writes it.
        subcode: A prefixed name with one of the prefixes s, a, n, x, e, w.
        reason: The text of ``s:Reason``.
        value: ``s:Sender`` or ``s:Receiver``.
        provider_text: What the WMI plug-in adds (``f:ProviderFault``), None when the fault is not the plug-in's.
        action: The fault's own action URI.
    """

    code: int
    subcode: str
    reason: str
    value: str = "s:Sender"
    provider_text: str | None = None
    action: str = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"


class Fault(Exception):  # noqa: N818 - it is an answer of the protocol, not an error of ours
    """Raised by whatever handles a request; the endpoint answers it as a SOAP fault with HTTP status 500."""

    def __init__(self, detail: FaultDetail) -> None:
        super().__init__(detail.reason)
        self.detail = detail


_ADDRESSING_FAULT = "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"
_ENUMERATION_FAULT = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault"
_CANNOT_PROCESS_FILTER = (
    "The data source could not process the filter. The filter might be missing or it might be invalid. "
    "Change the filter and try the request again. "
)


def _filter(provider_text: str) -> Fault:
    return Fault(
        FaultDetail(
            0x8033801A,
            "n:CannotProcessFilter",
            _CANNOT_PROCESS_FILTER,
            provider_text=provider_text,
            action=_ENUMERATION_FAULT,
        )
    )


def access_denied() -> Fault:
    """ERROR_ACCESS_DENIED: a WMI namespace, a registry writer or a shell that this account may not use."""
    return Fault(FaultDetail(5, "w:AccessDenied", "Access is denied. "))


def class_not_found() -> Fault:
    """What the WMI plug-in of Server 2003 answers to a class that its namespace does not have."""
    return _filter("The specified class does not exist in the given namespace. ")


def namespace_not_found() -> Fault:
    """The same for a namespace that WMI does not have (WBEM_E_INVALID_NAMESPACE, 0x8004100E)."""
    return _filter("The specified namespace does not exist. ")


def invalid_query(why: str) -> Fault:
    """A WQL text that WMI refuses (WBEM_E_INVALID_QUERY, 0x80041017); `why` is the lab's own addition."""
    return _filter(f"The WQL query is invalid. {why} ")


def dialect_unavailable() -> Fault:
    """ERROR_WSMAN_ENUMERATE_FILTER_DIALECT_REQUESTED_UNAVAILABLE."""
    return Fault(
        FaultDetail(
            0x80338019,
            "n:FilterDialectRequestedUnavailable",
            "The filter dialect (the type associated with the filter) was not supported for this resource. "
            "Change the filter dialect or remove it from the request and try the request again. ",
            action=_ENUMERATION_FAULT,
        )
    )


def invalid_enumeration_context() -> Fault:
    """ERROR_WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT."""
    return Fault(
        FaultDetail(
            0x8033801B,
            "n:InvalidEnumerationContext",
            "The WS-Enumeration context in the enumeration is not valid. Enumeration may have been completed or "
            "canceled. You cannot use this enumeration context anymore. Start a new enumeration. ",
            value="s:Receiver",
            action=_ENUMERATION_FAULT,
        )
    )


def envelope_too_small() -> Fault:
    """ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED: not even one item fits."""
    return Fault(
        FaultDetail(
            0x80338048,
            "w:EncodingLimit",
            "The response that the WS-Management service computed exceeds the maximum envelope size in the request. ",
        )
    )


def action_not_supported() -> Fault:
    """ERROR_WSMAN_ACTION_NOT_SUPPORTED."""
    return Fault(
        FaultDetail(
            0x80338013,
            "a:ActionNotSupported",
            "The WS-Management service does not support the action specified in the request. ",
            action=_ADDRESSING_FAULT,
        )
    )


def invalid_resource_uri() -> Fault:
    """ERROR_WSMAN_INVALID_RESOURCE_URI."""
    return Fault(
        FaultDetail(
            0x8033803B,
            "w:InvalidResourceURI",
            "The WS-Management service cannot process the request. The resource URI is missing or it has an incorrect "
            "format. Check the documentation or use the following command for information on how to construct a "
            'resource URI: "winrm help uris". ',
        )
    )


def resource_not_found() -> Fault:
    """ERROR_WSMAN_RESOURCE_NOT_FOUND: no instance has these selectors."""
    return Fault(
        FaultDetail(
            0x80338000,
            "a:DestinationUnreachable",
            "The WS-Management service cannot process the request. The service cannot find the resource identified by "
            "the resource URI and selectors. ",
            action=_ADDRESSING_FAULT,
        )
    )


def invalid_selectors() -> Fault:
    """ERROR_WSMAN_UNEXPECTED_SELECTORS: selectors the resource does not have, or a shell that is gone."""
    return Fault(
        FaultDetail(
            0x8033805B,
            "w:InvalidSelectors",
            "The WS-Management service cannot process the request because the request contained invalid selectors "
            "for the resource. ",
        )
    )


def invalid_parameter() -> Fault:
    """ERROR_WSMAN_INVALID_PARAMETER."""
    return Fault(
        FaultDetail(
            0x8033803A,
            "w:InvalidParameter",
            "The WS-Management service cannot process the request because a parameter for the operation is not valid. ",
        )
    )


def invalid_xml() -> Fault:
    """ERROR_WSMAN_INVALID_XML."""
    return Fault(
        FaultDetail(
            0x80338043,
            "w:SchemaValidationError",
            "The WS-Management service cannot process the request because the XML is invalid. ",
        )
    )


def missing_header() -> Fault:
    """ERROR_WSMAN_MESSAGE_INFORMATION_HEADER_REQUIRED."""
    return Fault(
        FaultDetail(
            0x80338011,
            "a:MessageInformationHeaderRequired",
            "The WS-Management service cannot process the request. The request does not have all the expected SOAP "
            "headers. ",
            action=_ADDRESSING_FAULT,
        )
    )


def shell_quota_exceeded() -> Fault:
    """The quota MaxShellsPerUser, 5 by default with WinRM 2.0."""
    return Fault(
        FaultDetail(
            0x803381A5,
            "w:QuotaLimit",
            "The WS-Management service cannot process the request. This user is allowed a maximum number of 5 "
            "concurrent shells, which has been exceeded. Close existing shells or raise the quota for this user. ",
        )
    )

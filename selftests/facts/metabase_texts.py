"""Strategies for MetaBase.xml: files as a server writes them, and files as nobody should."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from exgate.facts.metabase_schema import DEFINITIONS

patient = settings(deadline=None, suppress_health_check=(HealthCheck.too_slow,), max_examples=60)
"""A busy machine is no error."""

LOCATIONS = (
    "/",
    "/LM",
    "/LM/W3SVC",
    "/LM/W3SVC/1",
    "/LM/W3SVC/1/ROOT",
    "/LM/W3SVC/1/ROOT/Exchange",
    "/LM/W3SVC/1/ROOT/Exchange/inner",
    "/LM/W3SVC/1/ROOT/Public",
    "/LM/W3SVC/2",
    "/LM/W3SVC/2/ROOT/Exchange",
)
NAMES = tuple(definition.name for definition in DEFINITIONS)
_SAMPLES = {
    "AuthFlags": ("AuthBasic | AuthNTLM", "AuthAnonymous", "0", "22", "AuthSmoke", ""),
    "AccessSSLFlags": ("AccessSSL", "AccessSSL | AccessSSL128", "0", "8", "x"),
    "AccessFlags": ("AccessRead | AccessScript", "0"),
    "NTAuthenticationProviders": ("", "NTLM", "Negotiate,NTLM"),
    "DefaultLogonDomain": ("", "\\", "a & b", "<\"'>", "\u00fc\u4e2d\U0001f600"),
    "IPSecurity": ("", "18000080200000803c"),
    "Path": ("C:\\Program Files\\x", "\\\\.\\BackOfficeStorage\\example.com\\MBX", " tab\tand\nlines\r "),
    "HttpRedirect": ("", "https://example.com/a?b=c&d, PERMANENT"),
    "ScriptMaps": (
        "*,C:\\Program Files\\Exchsrvr\\bin\\davex.dll,1",
        ".asp,C:\\a.dll,5,GET,POST\n\t\t\t.cdx,C:\\b.dll,5",
        "a\tb",
        "  ",
    ),
    "AppPoolId": ("DefaultAppPool",),
    "ServerBindings": (":80:", ":80:\n10.0.0.5:80:mail", "80"),
    "SecureBindings": (":443:", ""),
    "ServerComment": ("Default Web Site",),
    "45054": ("1", "0", "yes"),
}
XML_TEXT = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\ufffe\uffff").filter(
        lambda char: char >= " " or char in "\t\r\n"
    ),
    max_size=12,
)
"""Text that XML can hold."""
SETTINGS = st.lists(
    st.sampled_from(NAMES).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.tuples(st.sampled_from(_SAMPLES[name]) | XML_TEXT, st.sampled_from((True, True, True, False))),
        )
    ),
    max_size=4,
).map(dict)
"""Property name -> text, and whether it is inherited by the keys below."""
CASES = (str, str.lower, str.upper)
TREES = st.dictionaries(st.sampled_from(LOCATIONS), st.tuples(SETTINGS, st.sampled_from(CASES)), min_size=1)
"""Location -> what is set there, and how the location is spelt."""


def reference(text):
    """Escape a text so that a parser gives back every character of it."""
    return "".join(char if char.isalnum() and char.isascii() else f"&#{ord(char)};" for char in text)


def xml(tree, head=""):
    """Write a tree as MetaBase.xml, by other means than the product's own writer."""
    return f"{head}<configuration><MBProperty>{''.join(_element(*item) for item in tree.items())}</MBProperty></configuration>"


def _element(location, settings_and_case):
    settings, case = settings_and_case
    schema = {definition.name: definition for definition in DEFINITIONS}
    attributes, customs = "", ""
    for name, (text, inherits) in settings.items():
        if schema[name].in_schema and schema[name].inherits == inherits:
            attributes += f' {name}="{reference(text)}"'
        else:
            kind = "INHERIT" if inherits else "NO_ATTRIBUTES"
            customs += f'<Custom ID="{schema[name].identifier}" Value="{reference(text)}" Attributes="{kind}"/>'
    return f'<IIsWebVirtualDir Location="{case(location)}"{attributes}>{customs}</IIsWebVirtualDir>'

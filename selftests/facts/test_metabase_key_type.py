"""Whether there is a key, and of which type, asked one by one of every form of metabase."""

import pytest

from exgate.facts.metabase_candidate import MetabaseCandidate
from exgate.facts.metabase_export import read_export
from exgate.facts.metabase_exports import MetabaseExports
from exgate.facts.metabase_view import MetabaseView, ViewedKey
from exgate.facts.metabase_view_and_file import MetabaseViewAndFile
from exgate.facts.metabase_xml import read_metabase
from exgate.facts.unknown import UnknownFact

SITE, ROOT = "/LM/W3SVC/1", "/LM/W3SVC/1/ROOT"
EXCHANGE = f"{ROOT}/Exchange"
SERVICE = (("/LM/W3SVC", "IIsWebService"),)
BELOW = (
    (SITE, "IIsWebServer"),
    (ROOT, "IIsWebVirtualDir"),
    (EXCHANGE, "IIsWebVirtualDir"),
    (f"{ROOT}/files", "IIsWebDirectory"),
)


def xml(*keys):
    elements = "".join(f'<{kind} Location="{place}"/>' for place, kind in keys)
    return f"<configuration><MBProperty>{elements}</MBProperty></configuration>".encode()


def view(*keys):
    return MetabaseView({place.lower(): ViewedKey(place, kind, {}) for place, kind in keys})


FILE = read_metabase(xml(*SERVICE, *BELOW))
WHOLE = {
    "file": FILE,
    "view": view(*BELOW[:3]),
    "view-and-file": MetabaseViewAndFile(view(*BELOW[:3]), FILE),
    "export": read_export(xml(*SERVICE, *BELOW)),
    "exports": MetabaseExports((read_export(xml(*BELOW)), read_export(xml(*BELOW[2:3])))),
    "candidate": MetabaseCandidate(FILE),
}


@pytest.mark.parametrize("form", WHOLE)
@pytest.mark.parametrize(
    ("asked", "stored", "kind"),
    (
        pytest.param(SITE, SITE, "IIsWebServer", id="site"),
        pytest.param(EXCHANGE, EXCHANGE, "IIsWebVirtualDir", id="vdir"),
        pytest.param(EXCHANGE.upper(), EXCHANGE, "IIsWebVirtualDir", id="in-another-case"),
        pytest.param(f"{ROOT}/gone", None, None, id="gone"),
    ),
)
def test_keys(form, asked, stored, kind):
    assert (WHOLE[form].stored_location(asked), WHOLE[form].key_type(asked)) == (stored, kind)


@pytest.mark.parametrize(
    ("metabase", "asked", "stored", "kind"),
    (
        pytest.param(view(*BELOW[2:3]), ROOT, ROOT, "", id="above-what-wmi-shows"),
        pytest.param(view(*BELOW[:3]), f"{ROOT}/files", None, None, id="what-wmi-was-not-asked-for"),
        pytest.param(
            MetabaseCandidate(FILE, deleted=frozenset({EXCHANGE.lower()})), EXCHANGE, None, None, id="removed"
        ),
    ),
)
def test_other_keys(metabase, asked, stored, kind):
    assert (metabase.stored_location(asked), metabase.key_type(asked)) == (stored, kind)


@pytest.mark.parametrize("asked", (SITE, SITE.lower(), f"{SITE}/"))
def test_a_key_above_an_exported_one_is_there(asked):
    for export in (read_export(xml(*BELOW[2:3])), MetabaseExports((read_export(xml(*BELOW[2:3])),))):
        assert export.stored_location(asked) == SITE
        assert export.stored_location("/") == "/"


def test_what_the_file_alone_has_is_of_no_known_type():
    both = MetabaseViewAndFile(view(*BELOW[:2]), FILE)
    with pytest.raises(UnknownFact, match=rf"^MetaBase.xml has the key {EXCHANGE}, but WMI does not show it; next "):
        both.key_type(EXCHANGE)

"""The metabase of a host's folder: MetaBase.xml, or exports of some of its keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from exgate.facts.metabase import Metabase, MetabaseFile
from exgate.facts.metabase_export import MetabaseExport, is_whole_metabase, read_export
from exgate.facts.metabase_exports import MetabaseExports
from exgate.facts.metabase_view import MetabaseView
from exgate.facts.metabase_view_and_file import MetabaseViewAndFile
from exgate.facts.metabase_xml import MAX_SIZE, MetabaseXmlError, read_metabase
from exgate.facts.unknown import Unknown

COMMAND = r"cscript //nologo %windir%\system32\iiscnfg.vbs /save"
_HOW = (
    rf"run {COMMAND} on the server, and copy %windir%\system32\inetsrv\MetaBase.xml into the host's folder; or run the "
    "collector there (exgate collector)"
)
NO_FILE = Unknown("the folder holds no MetaBase.xml", _HOW)
_KEEP_ONE = "keep one of them"


@dataclass(frozen=True, slots=True)
class FolderMetabase:
    """What the XML files show.

    Attributes:
        metabase: The whole metabase, exports, or why there is neither.
        files: The files that were read.
    """

    metabase: MetabaseFile | MetabaseExports | Unknown
    files: tuple[str, ...] = ()

    def beside(self, view: MetabaseView | Unknown | None) -> Metabase | Unknown:
        """Give the metabase of these files and of what ADSI showed the collector.

        Args:
            view: What ADSI showed, or why not; None where the collector did not run.
        """
        if not isinstance(view, MetabaseView):
            return view if view is not None and self.metabase is NO_FILE else self.metabase
        if isinstance(self.metabase, MetabaseFile):
            return MetabaseViewAndFile(view, self.metabase)
        if isinstance(self.metabase, MetabaseExports):
            files = ", ".join(self.files)
            return Unknown(f"the folder holds exports ({files}) beside all that the collector read", _KEEP_ONE)
        return view

    @property
    def no_file(self) -> Unknown | None:
        """Why MetaBase.xml was not read, None where it was."""
        if isinstance(self.metabase, MetabaseFile):
            return None
        return self.metabase if isinstance(self.metabase, Unknown) else NO_FILE


def read_metabase_files(paths: Sequence[Path]) -> FolderMetabase:
    """Read the XML files of a folder; one that cannot be read makes the metabase unknown."""
    wholes: list[tuple[str, MetabaseFile]] = []
    exports: list[tuple[str, MetabaseExport]] = []
    for path in paths:
        found = _read(path)
        if isinstance(found, Unknown):
            return FolderMetabase(found)
        if isinstance(found, MetabaseFile):
            wholes.append((path.name, found))
        else:
            exports.append((path.name, found))
    names = tuple(name for name, _ in (*wholes, *exports))
    if len(wholes) > 1 or (wholes and exports):
        return FolderMetabase(Unknown(f"the folder holds several metabases: {', '.join(names)}", _KEEP_ONE))
    if wholes:
        return FolderMetabase(wholes[0][1], names)
    return FolderMetabase(MetabaseExports(tuple(export for _, export in exports)) if exports else NO_FILE, names)


def _read(path: Path) -> MetabaseFile | MetabaseExport | Unknown:
    try:
        if path.stat().st_size > MAX_SIZE:
            return Unknown(f"{path.name} is larger than {MAX_SIZE >> 20} MB", _HOW)
        data = path.read_bytes()
        found = read_metabase(data)
        return found if is_whole_metabase(found) else read_export(data)
    except MetabaseXmlError as error:
        return Unknown(f"{path.name}: {error}", "copy or export it anew, or take it out of the folder")
    except OSError as error:
        return Unknown(f"{path.name} cannot be read: {error.strerror}", "let this account read it")

"""The collector's script with a server under it: WMI, ADSI and StdRegProv as VBScript classes, out of a table of rows.

Wine has no StdRegProv methods, no ``IIS://`` and no event log, so that those parts of the script would never run there.
Here they do, line by line in Wine's VBScript, and only what they ask is not the real thing.
"""

from __future__ import annotations

import re
from collections import defaultdict

_RESTRICTIONS = ("GrantByDefault", "IPDeny", "IPGrant", "DomainDeny", "DomainGrant")
_PLACES = (
    ("GetObject(", "FakeObject("),
    # A VBScript class cannot be enumerated, and has no member whose name is a keyword.
    ("In above\n", "In above.Children\n"),
    ("key.Class", "key.KeyClass"),
    ("key.Get(", "key.Fetch("),
)

CLASSES = r"""
Class FakeValue
    Public Value
End Class

Class FakeItem
    Public Values
    Public Function Properties_(name)
        Dim found
        Set found = New FakeValue
        found.Value = Values.Item(name)
        Set Properties_ = found
    End Function
End Class

Class FakeWmi
    Public Function ExecQuery(query, language, flags)
        If Not answers.Exists(query) Then Err.Raise 17, "fake", "nobody prepared " & query
        If language <> "WQL" Or flags <> 48 Then Err.Raise 17, "fake", "not asked as agreed"
        ExecQuery = answers(query)
    End Function
End Class

Class FakeRegistry
    Public Function EnumValues(hive, path, names, kinds)
        EnumValues = 2
        If hive <> &H80000002 Then EnumValues = 87
        If results.Exists(path) Then EnumValues = results(path)
        If EnumValues = 0 Then names = valueNames(path)
        If EnumValues = 0 Then kinds = valueKinds(path)
    End Function
    Public Function EnumKey(hive, path, names)
        EnumKey = 2
        If results.Exists(path) Then EnumKey = results(path)
        If EnumKey = 0 Then names = subkeyNames(path)
    End Function
    Public Function GetStringValue(hive, path, name, data)
        GetStringValue = Fetch("1", path, name, data)
    End Function
    Public Function GetExpandedStringValue(hive, path, name, data)
        GetExpandedStringValue = Fetch("2", path, name, data)
    End Function
    Public Function GetDWORDValue(hive, path, name, data)
        GetDWORDValue = Fetch("4", path, name, data)
    End Function
    Public Function GetMultiStringValue(hive, path, name, data)
        GetMultiStringValue = Fetch("7", path, name, data)
    End Function
    Private Function Fetch(kind, path, name, data)
        Fetch = 1
        If results.Exists(kind & "|" & path & "|" & name) Then Fetch = results(kind & "|" & path & "|" & name)
        If Fetch = 0 Then data = datas(path & "|" & name)
    End Function
End Class

Class FakeSecurity
    Public GrantByDefault
    Public Entries
    Public Property Get IPDeny
        IPDeny = Fetch("IPDeny")
    End Property
    Public Property Get IPGrant
        IPGrant = Fetch("IPGrant")
    End Property
    Public Property Get DomainDeny
        DomainDeny = Fetch("DomainDeny")
    End Property
    Public Property Get DomainGrant
        DomainGrant = Fetch("DomainGrant")
    End Property
    Private Function Fetch(wanted)
        If VarType(Entries.Item(wanted)) = vbString Then Err.Raise 17, "fake", "refused"
        Fetch = Entries.Item(wanted)
    End Function
End Class

Class FakeKey
    Public Name
    Public KeyClass
    Public Children
    Public Values
    Public Security
    Public IsSecured
    Public Function Fetch(wanted)
        If Not Values.Exists(wanted) Then Err.Raise 438, "fake", "no " & wanted
        Fetch = Values.Item(wanted)
    End Function
    Public Property Get IPSecurity
        If Not IsSecured Then Err.Raise 438, "fake", "no security"
        Set IPSecurity = Security
    End Property
End Class

Function FakeObject(place)
    Select Case place
        Case CIMV2, IIS_NAMESPACE
            Set FakeObject = New FakeWmi
        Case REGISTRY
            Set FakeObject = New FakeRegistry
        Case METABASE_ROOT
            Set FakeObject = rootKey
    End Select
End Function

Function NewItem(names, values)
    Dim item, number
    Set item = New FakeItem
    Set item.Values = NewSet()
    For number = 0 To UBound(names)
        item.Values.Add names(number), values(number)
    Next
    Set NewItem = item
End Function

Function NewKey(name, kind, names, values, children)
    Dim key, number
    Set key = New FakeKey
    key.Name = name
    key.KeyClass = kind
    key.Children = children
    Set key.Values = NewSet()
    For number = 0 To UBound(names)
        key.Values.Add names(number), values(number)
    Next
    Set NewKey = key
End Function

Function Secured(key, security)
    Set key.Security = security
    key.IsSecured = True
    Set Secured = key
End Function

Function NewSecurity(granted, denies, grants, domainDenies, domainGrants)
    Dim security
    Set security = New FakeSecurity
    security.GrantByDefault = granted
    Set security.Entries = NewSet()
    security.Entries.Add "IPDeny", denies
    security.Entries.Add "IPGrant", grants
    security.Entries.Add "DomainDeny", domainDenies
    security.Entries.Add "DomainGrant", domainGrants
    Set NewSecurity = security
End Function
"""


def on_a_fake_server(script: str, rows, queries) -> str:
    """Give the script with its server.

    Args:
        script: The collector's script with line feeds.
        rows: The rows that it ought to write.
        queries: What it ought to ask WMI, by the rows' kind and subject.
    """
    for real, fake in _PLACES:
        assert real in script
        script = script.replace(real, fake)
    head, quit_, rest = script.partition("WScript.Quit Main()\n")
    return f"{head}{_server(rows, queries)}\n{quit_}{rest}{CLASSES}"


def literal(text: str) -> str:
    """Write a text, number or boolean of VBScript."""
    if text in {"true", "false"}:
        return text.capitalize()
    if re.fullmatch(r"-?\d{1,9}", text):
        return text
    assert text.isascii()
    quoted = '"' + text.replace('"', '""') + '"'
    return quoted.replace("\r\n", '" & vbCrLf & "').replace("\n", '" & vbLf & "')


def array(entries) -> str:
    """Write an array; without entries Windows gives null."""
    written = [literal(entry) for entry in entries]
    return f"Array({', '.join(written)})" if written else "Null"


def _values(rows):
    """Give an object's values, written, by name."""
    lists = {row[2] for row in rows if row[3].endswith("#")}
    by_name = defaultdict(list)
    for row in rows:
        by_name[row[2]].extend([] if row[3].endswith("#") else [row[4]])
    return {name: array(found) if name in lists else literal(found[0]) for name, found in by_name.items()}


def _list(written) -> str:
    return f"Array({', '.join(written)})"


def _server(rows, queries) -> str:
    lines = ["Dim answers, results, valueNames, valueKinds, subkeyNames, datas, rootKey"]
    lines += [f'Set {name} = WScript.CreateObject("Scripting.Dictionary")' for name in lines[0][4:].split(", ")[:-1]]
    groups = defaultdict(list)
    for row in rows:
        groups[row[0], row[1]].append(row)
    for (kind, subject), query in queries.items():
        lines.append(f"answers({literal(query)}) = {_items(groups[kind, subject])}")
    for (kind, subject), found in groups.items():
        if kind == "registry":
            lines += _registry(subject.removeprefix("HKLM\\"), found)
    return "\n".join([*lines, f"Set rootKey = {_key('/LM/W3SVC', groups)}"])


def _items(rows) -> str:
    by_number = defaultdict(list)
    for row in rows:
        if row[3] != "#":
            by_number[row[3].removesuffix("#")].append(row)
    items = []
    for found in by_number.values():
        values = _values(found)
        items.append(f"NewItem({_list(map(literal, values))}, {_list(values.values())})")
    return _list(items)


def _registry(path, rows):
    (last,) = [row for row in rows if row[3] in {"values#", "subkeys#"}]
    if last[5] == "not found":
        return
    refused = re.fullmatch(r"StdRegProv answered (\d+)", last[5])
    yield f"results({literal(path)}) = {refused[1] if refused else 0}"
    if last[3] == "subkeys#":
        yield f"subkeyNames({literal(path)}) = {array(row[2] for row in rows if row is not last)}"
        return
    by_name = defaultdict(list)
    for row in rows:
        if row is not last:
            by_name[row[2]].append(row)
    kinds = [found[0][3].removesuffix("#") for found in by_name.values()]
    yield f"valueNames({literal(path)}) = {array(by_name)}"
    yield f"valueKinds({literal(path)}) = {array(kinds)}"
    for kind, (name, found) in zip(kinds, by_name.items(), strict=True):
        failed = re.fullmatch(r"StdRegProv answered (\d+)", found[0][5])
        yield f"results({literal(f'{kind}|{path}|{name}')}) = {failed[1] if failed else 0}"
        if not found[0][5]:
            yield f"datas({literal(f'{path}|{name}')}) = {_values(found)[name]}"


def _key(place, groups) -> str:
    """Write a key and those below it; what stands between two keys of the rows is a web directory."""
    below = {
        p.removeprefix(place + "/").split("/")[0] for kind, p in groups if kind == "adsi" and p.startswith(place + "/")
    }
    in_order = sorted(below, key=[p.removeprefix(place + "/").split("/")[0] for k, p in groups if k == "adsi"].index)
    children = _list(_key(f"{place}/{name}", groups) for name in in_order)
    rows = groups.get(("adsi", place), [])
    kind = next((row[3] for row in rows if row[2] == "" and row[3] != "#"), "IIsWebDirectory")
    values = _values([row for row in rows if row[2] and not row[5]])
    values |= {row[2]: '"refused"' for row in rows if row[5] and row[2] in _RESTRICTIONS}
    security = [values.pop(name, None) for name in _RESTRICTIONS]
    made = (
        f"NewKey({literal(place.rpartition('/')[2])}, {literal(kind)}, {_list(map(literal, values))}, "
        f"{_list(values.values())}, {children})"
    )
    return made if None in security else f"Secured({made}, NewSecurity({', '.join(security)}))"

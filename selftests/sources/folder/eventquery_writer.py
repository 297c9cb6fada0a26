"""Prints records as eventquery.vbs of Windows Server 2003 does, in its three formats."""

from dataclasses import dataclass

HEADINGS = ("Type", "Event", "Date Time", "Source", "ComputerName", "Category", "User", "Description")
WIDTHS = (13, 6, 23, 17, 15, 15, 20, 0)
RULE = "-" * 78
BANNER = "Microsoft (R) Windows Script Host Version 5.6\nCopyright (C) Microsoft Corporation 1996-2001. All rights reserved.\n\n"


@dataclass(frozen=True)
class Printed:
    """One record's columns."""

    source: str
    event: int
    date: str
    description: str = "N/A"
    type: str = "Information"
    computer: str = "BE01"
    category: str = "None"
    user: str = "N/A"

    def cells(self, *, verbose=True):
        text = self.description.replace("\r\n", " ").replace("\r", " ").strip(" ")
        cells = (self.type, str(self.event), self.date, self.source, self.computer, self.category, self.user, text)
        return cells if verbose else cells[:5]


def csv(records, *, verbose=True, headings=HEADINGS, title=None):
    rows = [record.cells(verbose=verbose) for record in records]
    lines = [headings[: len(rows[0])], *rows] if headings else rows
    return "".join(",".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)


def listed(records, *, verbose=True, headings=HEADINGS, title="Listing the events in 'application' log of host 'BE01'"):
    heads = headings if verbose else headings[:5]
    width = max(map(len, heads)) + 1
    text = f" \r\n{RULE}\r\n{title}\r\n{RULE}\r\n"
    for record in records:
        cells = record.cells(verbose=verbose)
        for head, cell in zip(heads, cells, strict=True):
            text += f"{head + ':':{width}} {cell}\r\n"
        text += "\r\n"
    return text


def table(
    records,
    *,
    verbose=True,
    headings=HEADINGS,
    title="Listing the events in 'application' log of host 'BE01'",
    widths=WIDTHS,
):
    shown = widths if verbose else widths[:5]
    text = f" \r\n{RULE}\r\n{title}\r\n{RULE}\r\n" if title else ""
    text += "".join(" " + _packed(head, width) for head, width in zip(headings, shown, strict=False)) + "\r\n"
    text += "".join(" " + "-" * width for width in shown) + "\r\n"
    for record in records:
        cells = record.cells(verbose=verbose)
        text += "".join(" " + _packed(cell, width) for cell, width in zip(cells, shown, strict=True)) + "\r\n"
    return text


def _packed(cell, width):
    taken = sum(1 + (ord(character) > 0x2E80) for character in cell)
    return cell + " " * (width - taken) if taken <= width else cell[:width]

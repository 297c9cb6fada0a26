"""An XML element whose texts are cleaned, all that is in it included."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element


def clean_element(element: Element, clean: Callable[[str], str]) -> None:
    """Clean an element's attributes' values and texts, and those of the elements in it, in place.

    Args:
        element: The element.
        clean: Gives a text as it may be seen.
    """
    for each in element.iter():
        for name, value in each.attrib.items():
            each.attrib[name] = clean(value)
        each.text = each.text and clean(each.text)
        each.tail = each.tail and clean(each.tail)

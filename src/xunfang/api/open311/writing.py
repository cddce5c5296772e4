"""One document, two ways to write it: XML as the specification has it, and JSON.

A document is a list of rows or a mapping. In XML a list has a name and so have its items;
in JSON it is an array without either.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

type Value = str | int | float | bool | Sequence["Value"] | Mapping[str, "Value"] | None

XML, JSON = "xml", "json"
MEDIA_TYPES: Final = {XML: "text/xml", JSON: "application/json"}

ITEMS: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
"""By the name of a list: what one of its rows is called."""

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(name: str, document: Value, *, form: str) -> bytes:
    """Write a document called ``name``; ``form`` is XML or JSON.

    >>> write("errors", [{"code": 404}], form="json")
    b'[{"code": 404}]'
    >>> write("errors", [{"code": 404}], form="xml").decode().splitlines()[1]
    '<errors><error><code>404</code></error></errors>'
    """
    if form == JSON:
        return json.dumps(document, ensure_ascii=False).encode()
    root = Element(name)
    _fill(root, document)
    head = b'<?xml version="1.0" encoding="utf-8"?>\n'
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return head + written


def _fill(element: Element, value: Value) -> None:
    match value:
        case None:
            pass
        case bool():
            element.text = "true" if value else "false"
        case str():
            # Signs that XML cannot hold at all, not even escaped.
            element.text = _NOT_IN_XML.sub("\ufffd", value)
        case int() | float():
            element.text = repr(value)
        case Mapping():
            for key, each in value.items():
                _fill(SubElement(element, key), each)
        case _:
            item = ITEMS[element.tag]
            for each in value:
                _fill(SubElement(element, item), each)

"""Validate a document against TEI P5 offline (tei_all.rng).

libxml2 takes up to a minute to compile tei_all. So the elements that do not occur in a document are first forbidden in
the schema. A document that is valid against the restricted schema is also valid against the whole one.
"""

from pathlib import Path

from lxml import etree

_SCHEMA = Path(__file__).with_name("tei_all.rng")
_RNG = "{http://relaxng.org/ns/structure/1.0}"
_TEI = "{http://www.tei-c.org/ns/1.0}"


def tei_errors(document: bytes) -> list[str]:
    """Return the errors of a document, one line each; an empty list if it is valid TEI P5.

    A document that is not well-formed XML gives one error.
    """
    try:
        parsed = etree.fromstring(document, etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    used = {str(element.tag).removeprefix(_TEI) for element in parsed.iter(etree.Element)}
    schema = _restricted(used)
    schema.validate(parsed)
    return [f"{error.line}: {error.message}" for error in schema.error_log]


def _restricted(used: set[str]) -> etree.RelaxNG:
    """Return tei_all with all elements except these forbidden."""
    grammar = etree.parse(_SCHEMA)
    for element in list(grammar.iter(f"{_RNG}element")):
        if element.get("name") is not None and element.get("name") not in used:
            parent = element.getparent()
            assert parent is not None
            parent.replace(element, etree.Element(f"{_RNG}notAllowed"))
    return etree.RelaxNG(grammar)

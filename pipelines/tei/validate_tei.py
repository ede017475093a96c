"""Whether a document is valid TEI P5: checked offline against tei_all.rng.

Compiling all of tei_all takes libxml2 up to a minute. So the elements that a document does not have are made impossible
in the schema first. That only takes possibilities away: what is valid then is valid against all of tei_all.
"""

from pathlib import Path

from lxml import etree

_SCHEMA = Path(__file__).with_name("tei_all.rng")
_RNG = "{http://relaxng.org/ns/structure/1.0}"
_TEI = "{http://www.tei-c.org/ns/1.0}"


def tei_errors(document: bytes) -> list[str]:
    """Return what is wrong with a document, a line each; nothing where it is valid TEI P5."""
    try:
        parsed = etree.fromstring(document, etree.XMLParser(resolve_entities=False, huge_tree=True))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    used = {str(element.tag).removeprefix(_TEI) for element in parsed.iter(etree.Element)}
    schema = _restricted(used)
    schema.validate(parsed)
    return [f"{error.line}: {error.message}" for error in schema.error_log]


def _restricted(used: set[str]) -> etree.RelaxNG:
    """Return tei_all in which no elements but these are possible."""
    grammar = etree.parse(_SCHEMA)
    for element in list(grammar.iter(f"{_RNG}element")):
        if element.get("name") is not None and element.get("name") not in used:
            parent = element.getparent()
            assert parent is not None
            parent.replace(element, etree.Element(f"{_RNG}notAllowed"))
    return etree.RelaxNG(grammar)

"""Compiled selectors, which are skipped if a page lacks one of their names, find the same elements as parsel."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from parsel import Selector

from pipelines.chrome.page_selectors import PageTree

TAGS = st.sampled_from(["div", "p", "span", "h1", "td"])
NAMES = st.sampled_from(["a", "b", "c"])
COMPOUNDS = st.builds(
    lambda tag, name, classes: (
        (tag + (f"#{name}" if name else "") + "".join(f".{c}" for c in classes)) or "p"
    ),
    st.one_of(st.just(""), TAGS),
    st.one_of(st.none(), NAMES),
    st.lists(NAMES, max_size=2),
)
CHOICES = st.builds(
    lambda first, rest: first + "".join(f"{combinator}{compound}" for combinator, compound in rest),
    COMPOUNDS,
    st.lists(st.tuples(st.sampled_from([" ", " > ", " + ", " ~ "]), COMPOUNDS), max_size=2),
)
SELECTORS = st.lists(CHOICES, min_size=1, max_size=2).map(", ".join)


@st.composite
def trees(draw: st.DrawFn) -> etree._Element:
    root = etree.Element("body")
    elements = [root]
    for _ in range(draw(st.integers(1, 25))):
        element = etree.SubElement(draw(st.sampled_from(elements)), draw(TAGS))
        if name := draw(st.one_of(st.none(), NAMES)):
            element.set("id", name)
        if classes := draw(st.lists(NAMES, max_size=3)):
            element.set("class", " ".join(classes))
        elements.append(element)
    return root


@given(trees(), SELECTORS, st.data())
def test_selectors_find_the_same_as_parsel(root: etree._Element, selector: str, data: st.DataObject) -> None:
    scope = data.draw(st.sampled_from(list(root.iter())))
    expected = [found.root for found in Selector(root=root, type="html").css(selector)]
    inside = [element for element in expected if element is not scope and scope in element.iterancestors()]
    page = PageTree(root)
    assert page.find_all(selector, scope) == inside
    assert not inside or page.may_find(selector)
    assert page.matches(scope, selector) == (scope in expected)

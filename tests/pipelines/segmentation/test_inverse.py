"""The inverse of the channel neither loses nor changes a letter of any input, and gives the position of each."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.segmentation import normalize, paragraphs
from pipelines.segmentation.dumps.w3m import Ambiguous, Terminal, wrap

PIECES = "人工|智能|的|，|。|“|”|AI|githu|b|.|com|3|年|2023|%|(|)|•|[|]|Wi|-|Fi|5|G|km|/|·|é|、|:|&|—"
PIECES += "|e\u0301|\u3000|\u00a0|\u200b"
TOKENS = st.sampled_from(PIECES.split("|"))
LINES = st.lists(TOKENS, max_size=30).map(" ".join)
DUMPS = st.one_of(
    st.lists(LINES, max_size=12).map("\n".join),
    st.lists(LINES, max_size=6).map("\r\n\r\n".join),
    st.lists(TOKENS, max_size=60).map("".join),
    st.text(),
    st.text(st.characters()),
)


def letters(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=200, deadline=None)
@given(DUMPS)
def test_paragraphs_keep_every_letter_of_a_dump(dump: str) -> None:
    assert letters("".join(paragraphs(dump))) == letters(dump)


@settings(max_examples=200, deadline=None)
@given(DUMPS)
def test_blocks_keep_every_letter_and_its_position_in_the_dump(dump: str) -> None:
    blocks = normalize(dump)
    assert letters("".join(block.mark + block.text for block in blocks)) == letters(dump)
    lines = re.split("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", dump)
    for block in blocks:
        for offset, char in enumerate(block.text):
            if not char.isspace():
                line, column = block.position(offset)
                assert lines[line - 1][column] == char


LETTERS_BESIDE_DIGITS = re.compile("[A-Za-z][0-9]|[0-9][A-Za-z]")
"""Runs that a segmenter cuts, such as `Nature2023Nature`: whether there was a space may stay in doubt, as it must."""
WORDS = st.sampled_from(
    ["科学家", "发现", "，", "AI", "ChatGPT", "在", "2023", "年", "“", "”", "新", "方法", "。", "Nature"]
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=80).map("".join), min_size=1, max_size=4),
    st.sampled_from(Ambiguous),
)
def test_a_page_without_spaces_is_restored_exactly(texts: list[str], ambiguous: Ambiguous) -> None:
    """The text is wrapped by the model and cut between any two tokens; a style without spaces can be undone exactly."""
    terminal = Terminal(79, ambiguous)
    tokens = re.compile("[A-Za-z]+|[0-9]+|.")
    dump = "\n\n".join(
        "\n".join(" ".join(tokens.findall(line)) for line in wrap(text, terminal)) for text in texts
    )
    assert letters("".join(paragraphs(dump))) == letters("".join(texts))
    unresolved = [block for block in normalize(dump) if block.certificate == "unresolved"]
    assert [block for block in unresolved if not LETTERS_BESIDE_DIGITS.search(letters(block.text))] == []

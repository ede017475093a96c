"""Charsets: a declaration is used, the GB family is decoded as GB18030, and invalid bytes are counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.chrome.charset import GB18030_LABELS, decode

TEXT = "李喆报道：朱镕川、刘峣、张玥在望山站。𠮷"


def page(label: str) -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'
    return f'<html><head><!-- <meta charset="big5"> -->{meta}{TEXT}'


@pytest.mark.parametrize("label", sorted(GB18030_LABELS))
def test_the_gb_family_is_gb18030(label: str) -> None:
    for body, header in (
        (page(label).encode("gb18030"), None),
        (TEXT.encode("gb18030"), f'text/html; charset="{label.upper()}"'),
    ):
        decoded = decode(body, header)
        assert TEXT in decoded.text
        assert (decoded.declared, decoded.used, decoded.replacements) == (label, "gb18030", 0)


def test_the_header_takes_precedence_over_the_meta_tag() -> None:
    assert decode(page("utf-8").encode("gb18030"), "text/html; charset=gbk").text == page("utf-8")
    assert decode(page("gbk").encode(), "text/html;charset=UTF-8").text == page("gbk")


def test_utf8_declared_gbk_by_the_header_is_not_guessed_at() -> None:
    decoded = decode(page("gbk").encode(), "text/html; charset=gbk")
    assert decoded.used == "gb18030"
    assert decoded.replacements == decoded.text.count("\ufffd") > 0


@pytest.mark.parametrize(("sent", "written"), [("utf-8", "gb2312"), ("gbk", "utf-8")])
def test_the_meta_tag_is_used_if_the_bytes_prove_the_header_wrong(sent: str, written: str) -> None:
    header = f"text/html; charset={sent}"
    body = page(written).encode("gb18030" if written == "gb2312" else written)
    decoded = decode(body, header)
    assert (decoded.text, decoded.declared, decoded.replacements) == (page(written), written, 0)
    neither = decode(body + b"\xff", header)
    assert (neither.declared, neither.text.count("\ufffd")) == (sent, neither.replacements)
    assert neither.replacements > 0


def test_utf8_proves_a_stale_meta_wrong() -> None:
    decoded = decode(page("gb2312").encode(), "text/html")
    assert (decoded.text, decoded.declared, decoded.used, decoded.replacements) == (
        page("gb2312"),
        "gb2312",
        "utf-8",
        0,
    )


def test_gbk_declared_utf8_is_lossy_and_counted() -> None:
    decoded = decode(page("utf-8").encode("gb18030"))
    assert decoded.used == "utf-8"
    assert decoded.replacements == decoded.text.count("\ufffd") > 0


def test_the_pages_own_replacement_characters_are_not_counted() -> None:
    decoded = decode("<p>胡\ufffd础\ufffd".encode() + b"\xff", "text/html; charset=utf-8")
    assert decoded.text.count("\ufffd") == 3
    assert decoded.replacements == 1


@given(st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), max_size=60))
def test_encoded_text_is_decoded_unchanged(text: str) -> None:
    for codec in ("gb18030", "utf-8"):
        decoded = decode(text.encode(codec), f"text/html; charset={codec}")
        assert decoded.text == text.removeprefix("\ufeff")
        assert decoded.replacements == 0


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=40)))
def test_decoding_never_raises(body: bytes, header: str | None) -> None:
    decoded = decode(body, header)
    assert decoded.replacements <= decoded.text.count("\ufffd")
    assert decode(body, "text/html; charset=gbk").replacements <= len(body)

"""Random mutations of pages for the fuzz tests: truncation, splicing, nesting, wrong charsets, random bytes."""

import random
from collections.abc import Callable, Sequence

CHARSETS = (
    b"gb2312", b"gbk", b"gb18030", b"utf-8", b"utf8", b"big5", b"iso-8859-1", b"windows-1252", b"utf-16", b"utf-7",
    b"hz-gb-2312", b"x-user-defined", b"shift_jis", b"", b"\xff\xfe", b"none", b"utf-8; charset=gbk",
)  # fmt: skip

Mutation = Callable[[random.Random, bytes, bytes], bytes]


def cut(chance: random.Random, body: bytes, other: bytes) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def drop(chance: random.Random, body: bytes, other: bytes) -> bytes:
    start = chance.randrange(len(body) + 1)
    return body[:start] + body[start + chance.randrange(4000) :]


def splice(chance: random.Random, body: bytes, other: bytes) -> bytes:
    return body[: chance.randrange(len(body) + 1)] + other[chance.randrange(len(other) + 1) :]


def insert(chance: random.Random, body: bytes, other: bytes) -> bytes:
    at, start = chance.randrange(len(body) + 1), chance.randrange(len(other) + 1)
    return body[:at] + other[start : start + chance.randrange(2000)] + body[at:]


def noise(chance: random.Random, body: bytes, other: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice((1, 10, 100, 1000))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def nest(chance: random.Random, body: bytes, other: bytes) -> bytes:
    tag = chance.choice(
        (
            b"div",
            b"p",
            b"b",
            b"font",
            b"table><tr><td",
            b"ul><li",
            b"a href=x",
            b"span",
            b"center",
            b"blockquote",
        )
    )
    opened = (b"<" + tag + b">") * chance.choice((10, 300, 3000, 10_000))
    at = chance.randrange(len(body) + 1)
    closed = b"</" + tag.split(b">")[0].split()[0] + b">"
    return body[:at] + opened + body[at:] + closed * chance.choice((0, 10, 10_000))


def repeat(chance: random.Random, body: bytes, other: bytes) -> bytes:
    start = chance.randrange(len(body) + 1)
    piece = body[start : start + chance.choice((1, 20, 300))]
    return body[:start] + piece * chance.choice((2, 50, 1000)) + body[start:]


def swap_tags(chance: random.Random, body: bytes, other: bytes) -> bytes:
    one, two = (
        chance.choice(
            (b"<p", b"<div", b"</div>", b"</p>", b"<a ", b"<br", b"<table", b"<td", b"-->", b">", b'"')
        )
        for _ in range(2)
    )
    return body.replace(one, two, chance.choice((1, 5, -1)))


def relabel(chance: random.Random, body: bytes, other: bytes) -> bytes:
    label = chance.choice(CHARSETS)
    return body.replace(b"charset=GB2312", b"charset=" + label, 1).replace(
        b"charset=UTF-8", b"charset=" + label, 1
    )


def rename(chance: random.Random, body: bytes, other: bytes) -> bytes:
    names = (
        b"rwb_zw",
        b"rm_txt_con",
        b"p_content",
        b"artDet",
        b"zoom",
        b"rm_txt_zw",
        b"picG",
        b"h1",
        b"col-1-1",
        b"edit",
    )
    return body.replace(chance.choice(names), chance.choice((b"x", b"", b"rwb_zw", b'"')))


MUTATIONS: Sequence[Mutation] = (cut, drop, splice, insert, noise, nest, repeat, swap_tags, relabel, rename)


def mutated(seed: int, bodies: Sequence[bytes]) -> bytes:
    """Return a page with one to three mutations, which are determined by the seed."""
    chance = random.Random(seed)
    body = chance.choice(bodies)
    for _ in range(chance.choice((1, 1, 2, 3))):
        body = chance.choice(MUTATIONS)(chance, body, chance.choice(bodies))
    return body

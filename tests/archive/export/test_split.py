"""Splits: similar articles are never in two parts, and no article ever moves to another part."""

import json
import random
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import schema
from archive.duplicates.duplicate_queries import pairs_of
from archive.export.export_options import ExportOptions
from archive.export.exporter import export
from archive.export.splits import BadSplit, Split, assign, is_ready, left_out, make_ready, parse
from archive.export.story_ids import number, settle
from archive.filters import Selection
from archive.readonly import reading
from archive.store import Store
from kepu.errors import ArchiveError
from kepu.records import Article

TEXTS = range(8)
SPLITS = [
    *(parse(f"train=.5,test=.5,seed={n}") for n in range(4)),
    parse("train=.8,valid=.1,test=.1"),
    parse("a=1/3,b=1/3,c=1/3"),
]
HALVES = SPLITS[0]

_text = st.sampled_from(TEXTS)
_kind = st.sampled_from(["repost", "edited", "excerpt", "template"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), _text),
        st.tuples(st.just("add"), _text),
        st.tuples(st.just("link"), _text, _text, _kind),
        st.tuples(st.just("unlink"), st.integers(0, 99)),
        st.tuples(st.just("edit"), st.integers(0, 99), _text),
        st.tuples(st.just("alone"), _text),
        st.tuples(st.just("forget"), st.integers(0, 99)),
        st.just(("settle",)),
    ),
    min_size=12,
    max_size=60,
)


class History:
    """An archive whose articles and similar pairs are set by the test."""

    def __init__(self) -> None:
        self.db = schema.in_memory()
        for n in TEXTS:
            self.db.execute(
                "INSERT INTO internal_near_texts VALUES (?, ?, '', '', 1, x'', x'')", (n, bytes([n]))
            )
        self.last = 0

    def step(self, what: str, *given: object) -> None:
        getattr(self, what)(*given)
        self.db.execute("DELETE FROM internal_near_waiting")

    def add(self, text: int, article: str = "", day: int = 0) -> None:
        self.last += 1
        row = (self.last, article or f"n1/{self.last}", f'{{"first_seen": "{day or self.last:04}"}}')
        self.db.execute("INSERT INTO articles (seq, id, revision) VALUES (?, ?, ?)", row)
        self.db.execute("INSERT INTO internal_near_articles VALUES (?, ?, '', '')", (self.last, text))

    def link(self, a: int, b: int, kind: str) -> None:
        if a != b:
            row = (max(a, b), min(a, b), kind, kind, a)
            self.db.execute(
                "INSERT OR REPLACE INTO internal_near_pairs VALUES (?, ?, ?, ?, ?, 0, 0, 0, 0, 0)", row
            )

    def unlink(self, nth: int) -> None:
        pairs = self.db.execute("SELECT earlier, later FROM internal_near_pairs").fetchall()
        for pair in pairs[nth : nth + 1]:
            self.db.execute("DELETE FROM internal_near_pairs WHERE earlier = ? AND later = ?", pair)

    def edit(self, nth: int, text: int) -> None:
        self.db.execute("UPDATE internal_near_articles SET n = ? WHERE seq = ?", (text, nth))

    def alone(self, text: int) -> None:
        self.db.execute("INSERT OR IGNORE INTO internal_near_alone VALUES (?)", (bytes([text]),))

    def forget(self, nth: int) -> None:
        for table in ("articles", "internal_near_articles"):
            self.db.execute(f"DELETE FROM {table} WHERE seq = ?", (nth,))

    def settle(self) -> None:
        settle(self.db)

    def ids(self) -> list[str]:
        return [article for (article,) in self.db.execute("SELECT id FROM articles ORDER BY id")]

    def alike(self) -> list[tuple[str, str]]:
        """Return all pairs of articles that must be in the same part."""
        alone = {n for n in TEXTS if self.db.execute(_IS_ALONE, (bytes([n]),)).fetchone()[0]}
        links = {(n, n) for n in TEXTS} | {
            (a, b)
            for a, b in self.db.execute(
                "SELECT earlier, later FROM internal_near_pairs WHERE kind != 'template'"
            )
            if not {a, b} & alone
        }
        held = self.db.execute(
            "SELECT id, n FROM articles JOIN internal_near_articles USING (seq)"
        ).fetchall()
        return [(x, y) for (x, n), (y, m) in combinations(held, 2) if {(n, m), (m, n)} & links]

    def sides(self, split: Split) -> dict[str, str | None]:
        sides = assign(self.db, split)
        return {article: sides.of(article) for article in self.ids()}


_IS_ALONE = "SELECT EXISTS (SELECT 1 FROM internal_near_alone WHERE content_sha256 = ?)"


def kept_apart(history: History, split: Split) -> list[tuple[str, str]]:
    """Return similar articles that are in different parts."""
    sides = history.sides(split)
    return [(x, y) for x, y in history.alike() if None not in (sides[x], sides[y]) and sides[x] != sides[y]]


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_article_moves_and_similar_articles_share_a_part(steps: list[tuple[object, ...]]) -> None:
    history = History()
    before: dict[Split, dict[str, str | None]] = {split: {} for split in SPLITS}
    for step in [*steps, ("settle",)]:
        history.step(str(step[0]), *step[1:])
        if step != ("settle",):
            continue
        assert settle(history.db) == 0
        for split in SPLITS:
            now = history.sides(split)
            changed = {
                a: (was, now[a]) for a, was in before[split].items() if a in now and now[a] not in (was, None)
            }
            assert not changed
            assert not kept_apart(history, split)
            assert {out.article for out in left_out(history.db, split)} == {a for a in now if now[a] is None}
            before[split].update(now)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(_text, st.integers(1, 3)), max_size=20),
    st.lists(st.tuples(_text, _text, st.sampled_from(["repost", "edited", "template"])), max_size=8),
    st.randoms(use_true_random=False),
)
def test_articles_stored_at_once_share_a_part_in_any_order(
    articles: list[tuple[int, int]], links: list[tuple[int, int, str]], shuffle: random.Random
) -> None:
    rows = []
    numbered = list(enumerate(articles))
    for _ in range(2):
        history = History()
        for n, (text, day) in numbered:
            history.step("add", text, f"n1/{n}", day)
        for link in links:
            history.step("link", *link)
        history.step("settle")
        rows.append(history.db.execute("SELECT * FROM internal_split_founders").fetchall())
        shuffle.shuffle(numbered)
    assert rows[0] == rows[1]
    assert len(rows[0]) == len(articles), "nobody is left out, whatever the shares"
    founder = dict(rows[0])
    assert all(founder[x] == founder[y] for x, y in history.alike())


@settings(max_examples=60, deadline=None)
@given(STEPS, STEPS)
def test_a_merge_keeps_the_parts_of_both_archives(
    steps: list[tuple[object, ...]], others: list[tuple[object, ...]]
) -> None:
    one, other = History(), History()
    for history, its_steps in ((one, steps), (other, others)):
        for step in its_steps:
            history.step(str(step[0]), *step[1:])
        history.step("settle")
    sides = {split: (one.sides(split), other.sides(split)) for split in SPLITS}
    for article, text, seen in other.db.execute(
        "SELECT id, n, revision ->> 'first_seen' FROM articles JOIN internal_near_articles USING (seq)"
    ):
        if article not in one.ids():
            one.last = max(one.last, 1000)
            one.step("add", text, article, int(seen))
    rows = other.db.execute("SELECT * FROM internal_split_founders").fetchall()
    one.db.conn.executemany("INSERT OR IGNORE INTO internal_split_founders VALUES (?, ?)", rows)
    one.step("settle")
    for split in SPLITS:
        merged = one.sides(split)
        assert not kept_apart(one, split)
        for before in sides[split]:
            assert all(merged[a] in (before[a], None) for a in before if a in merged)


def test_the_parts_have_the_requested_shares() -> None:
    history = History()
    for _ in range(6000):
        history.add(0)
    history.db.execute("UPDATE internal_near_articles SET n = 1000 + seq")  # each its own text
    history.step("settle")
    counts = Counter(history.sides(parse("train=.8,valid=.1,test=.1")).values())
    for name, share in (("train", 0.8), ("valid", 0.1), ("test", 0.1)):
        wanted = 6000 * share
        assert abs(counts[name] - wanted) < 4 * (wanted * (1 - share)) ** 0.5
    other = Counter(zip(history.sides(HALVES).values(), history.sides(SPLITS[1]).values(), strict=True))
    assert all(abs(n - 1500) < 4 * (1500 * 0.75) ** 0.5 for n in other.values()), "seeds are independent"


def test_only_an_article_similar_to_two_parts_is_left_out() -> None:
    history = History()
    by_side: dict[str, str] = {}
    while len(by_side) < 2:
        history.step("add", len(by_side))
        history.step("settle")
        newest = history.ids()[-1]
        side = history.sides(HALVES)[newest]
        if side in by_side:
            history.step("forget", history.last)
        else:
            by_side[str(side)] = newest
    history.step("add", 5, "n1/bridge")
    history.step("link", 0, 5, "repost")
    history.step("link", 1, 5, "excerpt")
    history.step("settle")
    sides = history.sides(HALVES)
    assert {a: sides[a] for a in by_side.values()} == {a: side for side, a in by_side.items()}
    (out,) = left_out(history.db, HALVES)
    assert (out.article, set(out.between)) == ("n1/bridge", {"train", "test"})
    assert assign(history.db, HALVES).left_out("n1/bridge") == out


def test_forgetting_a_founder_moves_nothing() -> None:
    history = History()
    history.step("add", 0, "n1/first")
    history.step("add", 0, "n1/second")
    history.step("settle")
    before = history.sides(HALVES)["n1/second"]
    history.step("forget", 1)
    history.step("add", 0, "n1/third")
    history.step("settle")
    assert set(history.sides(HALVES).values()) == {before}
    assert dict(history.db.execute("SELECT * FROM internal_split_founders"))["n1/third"] == number("n1/first")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "train=.9",
        "train=.9,test=.2",
        "train=.5,train=.5",
        "all=1",
        "a-b=1",
        "a=x",
        "a=2,b=-1",
        "seed=.5,a=1",
    ],
)
def test_shares_that_do_not_add_up_to_1_are_refused(text: str) -> None:
    with pytest.raises(BadSplit, match="write for example"):
        parse(text)


def test_a_split_parses_to_itself() -> None:
    split = parse(" train = .9, test=.1 ,seed=3")
    assert split == Split((("train", Fraction(9, 10)), ("test", Fraction(1, 10))), 3)
    assert all(parse(str(each)) == each for each in (split, *SPLITS))


STORY = "".join(
    f"第{n}次取样时，队员在水下{n * 7}米处放下采样瓶，记下水温和盐度，再把样品送回岸上的{name}实验室。"
    for n, name in enumerate(
        ["青禾", "望潮", "听松", "临江", "北辰", "南屏", "石湖", "云台", "沙洲", "白塔"], 1
    )
)


OTHER_STORY = "".join(
    f"{bird}每年迁飞{n * 130}公里，环志站的志愿者给{n * 9}只幼鸟套上脚环，称过体重，再一只一只放回芦苇荡。"
    for n, bird in enumerate(
        ["灰鹤", "豆雁", "白鹭", "反嘴鹬", "凤头麦鸡", "斑嘴鸭", "红嘴鸥", "苍鹭", "骨顶鸡", "燕鸻"], 1
    )
)


def test_founders_are_assigned_once(tmp_path: Path, article: Callable[..., Article]) -> None:
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n in range(1, 30):
            archive.put(
                article(
                    n, f"第{n}篇说的是另一件事：{chr(0x4E00 + 17 * n) * 30}，与别的文章没有一句相同的话。"
                )
            )
        archive.put(article(50, STORY))
        archive.put(article(51, STORY.replace("盐度", "浊度", 1) + "（本报记者整理）"))
        archive.put(article(52, STORY[: len(STORY) // 3]))
    with reading(path) as db, pytest.raises(ArchiveError, match="again"):
        assign(db, HALVES)
    assert make_ready(path) == 32
    written = path.stat().st_mtime_ns
    assert make_ready(path) == 0
    assert path.stat().st_mtime_ns == written
    with reading(path) as db:
        assert is_ready(db)
        kinds = {pair.article: pair.kind for pair in pairs_of(db, "n1/50")}
        assert kinds == {"n1/51": "repost", "n1/52": "excerpt"}
        for split in SPLITS:
            sides = assign(db, split)
            assert len({sides.of(f"n1/{n}") for n in (50, 51, 52)} - {None}) == 1
            assert not list(left_out(db, split))


def test_exports_keep_the_part_of_an_article_and_list_those_left_out(
    tmp_path: Path, article: Callable[..., Article]
) -> None:
    path, folder = tmp_path / "kepu.db", tmp_path / "export"
    split = parse("train=.5,test=.5")
    plan = ExportOptions(
        format="jsonl", profile="metadata", selection=Selection(duplicates=True), split=split, files="month"
    )
    founders: dict[str, int] = {}
    for n in range(1, 50):
        founders.setdefault(split.side(number(f"n1/{n}")), n)
    halves = dict(zip(founders, (STORY, OTHER_STORY), strict=True))
    with Store(path) as archive:
        for side, n in founders.items():
            archive.put(article(n, halves[side]))
        for n in range(100, 120):
            archive.put(
                article(
                    n, f"第{n}篇说的是另一件事：{chr(0x4E00 + 17 * n) * 30}，与别的文章没有一句相同的话。"
                )
            )
    export(path, folder, plan)
    before = _sides_on_disk(folder)
    assert {before[f"n1/{n}"] for n in founders.values()} == {"train", "test"}
    with Store(path) as archive:
        archive.put(article(60, "".join(halves.values())))
        archive.put(article(61, halves["test"] + "（本报记者整理）"))
    export(path, folder, plan, update=True)
    after = _sides_on_disk(folder)
    assert after == before | {"n1/61": "test"}
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert told["split"]["left_out"] == ["n1/60"]
    assert told["split"]["articles"] == Counter(after.values())
    assert told["left_out"] == {"split": 1}
    assert "n1/60" in (folder / "README.md").read_text(encoding="utf-8")


def _sides_on_disk(folder: Path) -> dict[str, str]:
    return {
        json.loads(line)["id"]: file.name.partition("-")[0]
        for file in folder.glob("*/*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    }

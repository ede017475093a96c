"""Corpus queries: results computed by hand, the articles of an export, and updates of the corpus."""

import csv
import io
import json
import math
import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from archive.corpus import tokenize_articles
from archive.corpus.build_corpus import corpus_of
from archive.corpus.collocates import collocates
from archive.corpus.concordance import concordance
from archive.corpus.frequencies import frequencies
from archive.corpus.keyness import compare, keyness, side
from archive.corpus.selected_articles import CountOptions, Selected, select
from archive.corpus.trend import trend
from archive.duplicate_summary import decide, duplicates
from archive.filters import BadSelection, NothingFits, Selection
from archive.store import Store
from kepu import Archive
from kepu.cli.main import main
from kepu.records import Article, Author
from pipelines.segmentation.text.words import tokens

Make = Callable[..., Article]

TEXTS = {
    # id: (day, headline, text). The dictionary cuts them as the bars say.
    1: ("2021-01-05", "望远镜", "望远镜|看|星星|。|孩子|也|看|星星|，|星星|很|亮|。"),
    2: ("2021-02-05", "星星", "新华社北京2月5日电|老师|用|望远镜|。|望远镜|很|重|。"),
    3: ("2022-01-05", None, "孩子|看|鸟|。|老师|看|孩子|。"),
}


@pytest.fixture
def path(tmp_path: Path, article: Make) -> Path:
    """Return an archive of the three texts and a copy of the first."""
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n, (day, headline, text) in (*TEXTS.items(), (4, TEXTS[1])):
            made = article(
                n, text.replace("|", ""), date_published=day, datetime_published=None, headline=headline
            )
            made.author = []
            made.content_sha256 = f"{n % 3:064}"
            made.dateline = "新华社北京2月5日电" if n == 2 else None
            archive.put(made)
    return path


def table(selected: Selected, **options: Any) -> dict[str, dict[str, Any]]:
    return {str(row["item"]): row for row in frequencies(selected, limit=0, **options).records()}


def test_frequencies_equal_those_computed_by_hand(path: Path) -> None:
    made = select(path)
    found = frequencies(made, limit=0)
    rows = {str(row["item"]): row for row in found.records()}
    # 10 + (新华社 北京 2月 5日 电) 5 + 6 + 6 words; the copy is left out.
    assert (found.facts["tokens"], found.facts["documents"]) == (27, 3)
    assert (rows["看"]["count"], rows["看"]["documents"]) == (4, 2)
    assert rows["看"]["per_million"] == pytest.approx(4 / 27 * 1e6)
    # Shares of the tokens 10/27, 11/27, 6/27; of 看 2/4, 0, 2/4.
    assert rows["看"]["dp"] == pytest.approx((abs(0.5 - 10 / 27) + 11 / 27 + abs(0.5 - 6 / 27)) / 2)
    assert rows["望远镜"]["dp"] == pytest.approx((abs(1 / 3 - 10 / 27) + abs(2 / 3 - 11 / 27) + 6 / 27) / 2)
    assert "，" not in rows


def test_options_choose_what_is_counted(path: Path) -> None:
    assert select(path, counting=CountOptions(dateline=False)).tokens == 22
    assert select(path, counting=CountOptions(punctuation=True)).tokens == 34
    with_headlines = table(select(path, counting=CountOptions(headline=True)))
    assert with_headlines["望远镜"]["count"] == 4
    assert with_headlines["望远镜"]["documents"] == 2  # an article counts once
    assert select(path, Selection(duplicates=True)).tokens == 37
    assert select(path, Selection(since="2022")).tokens == 6


def test_sequences_and_characters_equal_a_plain_count(path: Path) -> None:
    made = select(path)
    texts = [text.split("|") for _, _, text in TEXTS.values()]
    texts.append(["新华社", "北京", "2月", "5日", "电"])  # a part of its own
    del texts[1][0]
    pairs = Counter(f"{a} {b}" for text in texts for a, b in pairwise(text) if not {a, b} & set("。，"))
    assert {item: row["count"] for item, row in table(made, n=2).items()} == pairs
    letters = Counter(c for text in texts for c in "".join(text) if c not in "。，")
    assert {item: row["count"] for item, row in table(made, unit="character").items()} == letters


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_long_sequences_of_many_types_are_counted_whole(
    path: Path, n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.corpus.frequencies.CODES", 1000)  # as a vocabulary of a million words needs
    made = select(path, counting=CountOptions(punctuation=True))
    texts = [text.split("|") for _, _, text in TEXTS.values()]
    texts.append(["新华社", "北京", "2月", "5日", "电"])  # a part of its own
    del texts[1][0]
    whole = Counter(" ".join(text[at : at + n]) for text in texts for at in range(len(text) - n + 1))
    assert {item: row["count"] for item, row in table(made, n=n).items()} == whole


def test_collocates_equal_those_computed_by_hand(path: Path) -> None:
    found = collocates(select(path), "看", least=1, window=2)
    rows = {str(row["word"]): row for row in found.records()}
    # Windows within sentences: 望远镜 星星 | 孩子 也 星星 星星 | 孩子 鸟 | 老师 孩子: 10 tokens.
    assert found.facts["tokens_in_windows"] == 10
    row = rows["星星"]
    assert (row["together"], row["count"]) == (3, 3)
    assert row["log_dice"] == pytest.approx(14 + math.log2(2 * 3 / (4 + 3)))
    assert row["mi"] == pytest.approx(math.log2(3 * 27 / (10 * 3)))
    # The table is [3, 7, 0, 17].
    terms = (
        3 * math.log(3 / (10 * 3 / 27)),
        7 * math.log(7 / (10 * 24 / 27)),
        17 * math.log(17 / (17 * 24 / 27)),
    )
    assert row["llr"] == pytest.approx(2 * sum(terms))


def test_keyness_equals_that_computed_by_hand(path: Path) -> None:
    a, b = compare(path, side("2021"), side("2022"), CountOptions())
    found: dict[str, dict[str, Any]] = {
        str(row["word"]): row for row in keyness(a, b, least=1, alpha=1).records()
    }
    row = found["看"]
    both = 4 / 27
    assert (row["count_a"], row["count_b"]) == (2, 2)
    assert row["llr"] == pytest.approx(2 * (2 * math.log(2 / (21 * both)) + 2 * math.log(2 / (6 * both))))
    assert row["log_ratio"] == pytest.approx(math.log2((2.5 / 21) / (2.5 / 6)))
    assert len(keyness(a, b, least=1, alpha=1, limit=0).rows) == len(found) > 1
    types = len(found)
    assert row["p"] == pytest.approx(min(1, math.erfc(math.sqrt(float(row["llr"] or 0) / 2)) * types))
    with pytest.raises(BadSelection):
        side("yesterday")


def test_the_concordance_quotes_the_text_unchanged_and_sorted(path: Path) -> None:
    made = select(path)
    rows = concordance(made, "望遠鏡", width=3, sort="right").rows  # asked in traditional characters
    assert [row[2:] for row in rows] == [
        ("远镜。", "望远镜", "很重。"),
        ("老师用", "望远镜", "。望远"),  # sorted by 望远镜 很, without the full stop
        ("", "望远镜", "看星星"),
    ]
    assert concordance(made, "看星星").facts["hits"] == 2  # a phrase of two words
    assert len(concordance(made, "看", sample=2, seed=1).rows) == 2
    assert concordance(made, "看", sample=2, seed=1).rows == concordance(made, "看", sample=2, seed=1).rows
    pages = [row for offset in range(4) for row in concordance(made, "看", limit=1, offset=offset).rows]
    assert pages == concordance(made, "看").rows


def test_a_trend_is_relative_to_each_period(path: Path) -> None:
    rows: list[Any] = list(trend(select(path), ["看"], by="year").rows)
    assert rows == [
        ("2021", "看", 2, 21, pytest.approx(2 / 21 * 1e6), 1, 2),
        ("2022", "看", 2, 6, pytest.approx(2 / 6 * 1e6), 1, 1),
    ]
    monthly: list[Any] = list(trend(select(path), ["看"]).rows)
    assert [row[0] for row in monthly] == [f"2021-{month:02}" for month in range(1, 13)] + ["2022-01"]
    assert monthly[1] == ("2021-02", "看", 0, 11, 0.0, 0, 1)
    assert monthly[2] == ("2021-03", "看", 0, 0, None, 0, 0)


def test_csv_protects_cells_that_a_spreadsheet_would_compute(path: Path, article: Make) -> None:
    with Store(path) as archive:
        archive.put(article(11, "-5℃与@看。", date_published="2023-01-01", headline=None))
    rows = list(csv.reader(io.StringIO(frequencies(select(path), limit=0).csv())))
    items = {row[1]: row for row in rows[1:]}
    assert "'-5" in items
    assert "-5" not in items
    assert items["看"][3] == str(round(5 / 30 * 1e6, 3))
    lines = list(csv.reader(io.StringIO(concordance(select(path), "与").csv())))
    assert lines[1][2] == "'-5℃"


def test_a_query_without_hits_shows_the_longer_words(path: Path) -> None:
    run = CliRunner()
    for command in (["kwic", "远镜"], ["collocates", "远镜"], ["trend", "远镜", "看"]):
        done = run.invoke(main, [*command, "--db", str(path)])
        assert (done.exit_code, "望远镜 (3)" in done.output) == (0, True)
    assert "longer_words" not in concordance(select(path), "看").facts


def test_an_empty_selection_is_an_error(path: Path) -> None:
    for command in (["words"], ["kwic", "看"], ["collocates", "看"], ["trend", "看"]):
        done = CliRunner().invoke(main, [*command, "--since", "2090", "--db", str(path)])
        assert (done.exit_code, "from 2021-01-05 to 2022-01-05" in done.output) == (2, True)
    with pytest.raises(NothingFits):
        Archive(path).words(since="2090")


def test_an_update_of_the_corpus_tokenizes_only_what_changed(
    path: Path, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = table(select(path))
    cut: list[str] = []

    def seen(text: str, **options: Any) -> list[str]:
        cut.append(text)
        return tokens(text, **options)

    monkeypatch.setattr(tokenize_articles, "tokens", seen)
    assert table(select(path)) == before
    tokens_file = path.with_suffix(".corpus") / "tokens.u32"
    written = tokens_file.stat().st_mtime_ns
    with Store(path) as archive:
        archive.db.execute("UPDATE articles SET warnings = '[]' WHERE id = 'n1/3'")
    assert table(select(path)) == before
    assert tokens_file.stat().st_mtime_ns == written
    assert not cut
    with Store(path) as archive:
        archive.put(article(8, "鐘雁禾看山。", date_published="2023-01-01", headline=None))
    before = table(select(path))
    cut.clear()
    with Store(path) as archive:
        made = article(9, "钟雁禾看海。", date_published="2023-01-01", headline=None)
        made.author = [Author("钟雁禾", "记者")]
        archive.put(made)
    after = table(select(path))
    assert set(cut) == {"钟雁禾看海。", "鐘雁禾看山。"}
    assert after["鐘雁禾"]["count"] == 1
    assert after["看"]["count"] == before["看"]["count"] + 1
    assert after["钟雁禾"]["count"] == 1  # a name of an author is one word
    state = corpus_of(path).facts
    assert state.names == ["钟雁禾"]
    assert state.tokenizer["names_sha256"]


def test_archives_that_count_other_copies_have_other_states(tmp_path: Path, article: Make) -> None:
    def made(name: str, seen: tuple[int, int]) -> Path:
        path = tmp_path / name / "kepu.db"
        with Store(path) as archive:
            for n in (1, 2):
                copy = article(n, "望远镜看星星。" * 9, date_published=f"2021-0{n}-05")
                copy.content_sha256 = "1" * 64
                copy.provenance.fetched_at = f"2026-11-26T09:00:0{seen[n - 1]}Z"
                archive.put(copy)
        duplicates(path)
        return path

    facts = [
        select(made(name, seen)) for name, seen in (("first", (1, 2)), ("again", (3, 4)), ("swapped", (2, 1)))
    ]
    counted = [[int(n) for n in each.corpus.seqs[each.is_row]] for each in facts]
    assert counted == [[1], [1], [2]]
    states = [each.facts()["archive"]["state"] for each in facts]
    assert states[0] == states[1] != states[2]


def test_the_state_follows_a_decision_that_changes_no_text(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    text = "冬天清早拉开窗帘，常能看见玻璃上开满冰花，有的像羽毛，有的像蕨叶，有的像一张展开的地图。" * 3
    with Store(path) as archive:
        archive.put(article(1, text + "孩子看鸟。"))
        archive.put(article(2, text + "老师看星星。"))
    duplicates(path)
    before = select(path).facts()
    decide(path, "n1/2", "alone")
    duplicates(path)
    after = select(path).facts()
    assert (before["documents"], after["documents"]) == (1, 2)
    assert before["archive"]["state"] != after["archive"]["state"]


def test_several_processes_tokenize_as_one_does(
    path: Path, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = random.Random(3)
    with Store(path) as archive:
        for n in range(10, 30):
            text = "".join(letters.choices("冰湖看星孩子，。", k=60))
            archive.put(article(n, text, date_published="2020-01-01", headline=None))
    one = table(select(path))
    for folder in path.parent.glob("*.corpus"):
        for file in folder.iterdir():
            file.unlink()
    monkeypatch.setattr("archive.corpus.build_corpus.MANY", 1)
    assert table(select(path)) == one


def test_forgetting_deletes_the_corpus(path: Path) -> None:
    select(path)
    assert path.with_suffix(".corpus").exists()
    done = CliRunner().invoke(main, ["forget", "n1/1", "--yes", "--reason", "x", "--db", str(path)])
    assert done.exit_code == 0, done.output
    assert not path.with_suffix(".corpus").exists()


def test_every_command_states_what_it_counted(path: Path) -> None:
    run = CliRunner()
    for command in (["words"], ["kwic", "看"], ["collocates", "看", "--min", "1"], ["trend", "看"]):
        done = run.invoke(main, [*command, "--db", str(path)])
        assert done.exit_code == 0, done.output
        assert "27 tokens in 3 documents" in done.output
        assert "rjieba" in done.output
    done = run.invoke(main, ["keyness", "2021", "2090", "--db", str(path)])
    assert (done.exit_code, "no article fits selection B" in done.output) == (2, True)
    done = run.invoke(main, ["keyness", "2021", "2022", "--alpha", "1", "--json", "--db", str(path)])
    facts = json.loads(done.output)["facts"]
    assert (facts["a"]["tokens"], facts["b"]["tokens"]) == (21, 6)
    done = run.invoke(main, ["kwic", "看", "--csv", "-q", "--db", str(path)])
    assert done.output.splitlines()[0] == "id,date,left,node,right"
    assert run.invoke(main, ["kwic", "   ", "--db", str(path)]).exit_code != 0


def test_a_notebook_gets_data_frames(path: Path) -> None:
    frame = Archive(path).words(since="2021", limit=3).frame()
    assert list(frame.columns)[:3] == ["rank", "item", "count"]
    assert frame.attrs["tokens"] == 27
    assert len(Archive(path).kwic("看", source=(), width=5).frame()) == 4
    assert Archive(path).keyness("2021", "2022", least=1, alpha=1).facts["a"]["tokens"] == 21

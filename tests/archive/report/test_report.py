"""The report agrees with the rows of any archive, and contains nothing that a browser could execute."""

import base64
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from archive.filters import NothingFits, Selection
from archive.report import charts
from archive.report import report_figures as figures_module
from archive.report.key_terms import Terms, movers, words_of
from archive.report.length_bins import bins, quartiles
from archive.report.make_report import look, report
from archive.report.report_html import page
from archive.store import Store
from kepu.records import Article, Source

Make = Callable[..., Article]


def keep(path: Path, articles: list[Article]) -> None:
    with Store(path) as archive:
        archive.run("channel", "refresh")
        for article in articles:
            archive.put(article)
        archive.finish_run("finished", 0, {"requests": 7, "new": len(articles)})


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([None, "2012-03-04", "2012-12-31", "2014-01-01", "2023-06-07"]),
            st.sampled_from([None, "科普中国", "<b>新华社</b>"]),
            st.integers(0, 6000),
        ),
        max_size=12,
    )
)
def test_each_article_is_counted_once_in_every_figure(
    tmp_path_factory: Any, article: Make, rows: list[tuple[str | None, str | None, int]]
) -> None:
    path = tmp_path_factory.mktemp("report") / "kepu.db"
    made = []
    for n, (date, source, length) in enumerate(rows, start=1):
        one = article(n, date_published=date, source=source and Source(source), char_count=length)
        made.append(one)
    keep(path, made)
    figures, _ = look(path)
    assert figures.articles == len(rows)
    assert figures.characters == sum(length for *_, length in rows)
    assert sum(figures.lengths.values()) == len(rows)
    assert sum(figures.versions.values()) == len(rows)
    assert figures.sources == Counter(source or "?" for _, source, _ in rows)
    for table in (figures.sections, figures.sameness, figures.layouts):
        assert sum(counts.total() for counts in table.values()) == len(rows)
    dated = [date[:7] for date, *_ in rows if date]
    assert {month: n for month, n in figures.months.items() if n} == Counter(dated)
    if dated:
        assert min(figures.months) == min(dated)
        assert max(figures.months) == max(dated)
        years = int(max(dated)[:4]) - int(min(dated)[:4])
        assert len(figures.months) == years * 12 + int(max(dated)[5:]) - int(min(dated)[5:]) + 1


def test_the_page_is_one_file_that_runs_nothing(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    keep(path, [article(n, source=Source(evil), article_section=evil) for n in range(1, 9)])
    text = report(path)
    tree = html.fromstring(text)
    assert not tree.xpath("//script | //img | //link | //iframe | //*[@src]")
    assert all(href.startswith("data:text/csv;") for href in tree.xpath("//@href"))
    assert not [
        name for node in tree.iter(etree.Element) for name in node.attrib if str(name).startswith("on")
    ]
    assert evil in tree.text_content()
    assert "url(" not in text
    names = tree.xpath("//*[local-name()='svg']/@aria-label")
    assert len(names) >= 8
    assert all(names)


def test_every_chart_is_drawn_for_each_screen_and_has_a_table(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    dates = ["2019-03-01", "2021-05-06", "2021-07-08", None]
    keep(
        path,
        [
            article(n, date_published=dates[n % 4], article_section="航天" * (n % 2) or None)
            for n in range(1, 21)
        ],
    )
    tree = html.fromstring(report(path))
    tables = {}
    for section in tree.xpath("//section[.//*[local-name()='svg'][@role='img']]"):
        drawn = section.xpath(".//*[local-name()='svg'][@role='img']")
        assert len(drawn) == 2, "one for a wide screen, one for a phone"
        name = {one.get("aria-label") for one in drawn}
        marks = [[t.text for t in one.xpath(".//*[local-name()='title']")] for one in drawn]
        assert marks[0] == marks[1] != []
        rows = [[cell.text_content() for cell in row] for row in section.xpath("details//tbody/tr")]
        tables[name.pop()] = rows
        assert len(section.xpath("details//thead//th")) == len(rows[0]) - 1
    assert tables["Articles by month"][0] == ["2019-03", "5"]
    assert len(tables["Articles by month"]) == 29
    assert sum(int(n) for _, n in tables["Articles by month"]) == 15
    assert tables["Articles by section and year"] == [
        ["not given", "5", "5", "0"],
        ["航天", "0", "5", "5"],
    ]
    assert ["date of publication", "100%", "100%", "0%"] in tables["Fields by year"]


def test_labels_do_not_touch() -> None:
    for step, size in ((4.0, 300), (12.0, 25), (60.0, 5)):
        labels = {i: str(2000 + i) for i in range(size)}
        written = charts._apart(labels, step)
        assert written[0] == 0
        assert all((b - a) * step > charts._width(labels[a]) for a, b in pairwise(written))


def test_the_same_archive_gives_the_same_page(tmp_path: Path, article: Make) -> None:
    path = tmp_path / "kepu.db"
    keep(path, [article(n) for n in range(1, 30)])
    assert report(path) == report(path)


def test_the_report_of_an_empty_archive_says_how_to_fill_it(tmp_path: Path) -> None:
    keep(tmp_path / "kepu.db", [])
    assert "kepu crawl" in report(tmp_path / "kepu.db")


def test_a_sample_is_no_larger_than_it_should_be_and_spread_over_the_year() -> None:
    chosen: list[tuple[int, int]] = []
    for seq in range(1, 20_001):
        figures_module._sample(chosen, seq)
    kept = sorted(seq for _, seq in chosen)
    assert len(kept) == figures_module.SAMPLE
    assert 0.35 < sum(seq <= 10_000 for seq in kept) / len(kept) < 0.65


def test_changes_of_frequency_are_significant() -> None:
    before = (400, Counter({"疫苗": 10, "航天": 60, "气候": 100, "偶然": 3}))
    after = (200, Counter({"疫苗": 80, "航天": 5, "气候": 50, "偶然": 2}))
    rose, fell = movers(before, after)
    assert [(move.word, move.before, move.after) for move in rose] == [("疫苗", 10, 80)]
    assert [(move.word, move.before, move.after) for move in fell] == [("航天", 60, 5)]
    assert [[move.word for move in side] for side in movers(after, before)] == [["航天"], ["疫苗"]]


def test_common_words_are_left_out() -> None:
    found = words_of("我们可以看到，卫星的轨道是一个椭圆，AI 也能算出 3.5 公里的误差。")
    assert {"卫星", "轨道", "椭圆", "AI"} <= found
    assert not found & {"我们", "可以", "看到", "一个", "的", "3.5", "，"}


def test_a_report_without_figures_is_a_valid_page() -> None:
    assert "<main" in page(figures_module.ReportFigures(), Terms(), title="空", language="zh")


def test_a_report_of_a_selection(tmp_path: Path, article: Callable[..., Article]) -> None:
    with Store(tmp_path / "kepu.db") as archive:
        for n in range(6):
            archive.put(article(n, f"第{n}篇，{chr(0x4E00 + n) * 60}。", date_published=f"202{n}-03-01"))
    found, _ = look(tmp_path / "kepu.db", selection=Selection(since="2024"))
    assert (found.articles, found.first_day) == (2, "2024-03-01")
    with pytest.raises(NothingFits, match="no section 不存在"):
        look(tmp_path / "kepu.db", selection=Selection(sections=("不存在",)))


@given(st.lists(st.integers(0, 30_000), min_size=1, max_size=300))
def test_lengths_fall_into_bins_of_one_width(lengths: list[int]) -> None:
    found = bins(lengths)
    assert sum(found.values()) == len(lengths)
    edges = [name.replace(",", "").split("–") for name in found if "–" in name]
    assert len({int(high) - int(low) for low, high in edges}) == 1
    assert len(edges) <= 25
    inside = [n for (low, high), n in zip(edges, found.values(), strict=False)]
    for (low, high), n in zip(edges, inside, strict=True):
        assert n == sum(int(low) <= length <= int(high) for length in lengths)
    lower, median, upper = quartiles(lengths) or (0, 0, 0)
    assert lower <= median <= upper
    assert abs(sum(x < median for x in lengths) - sum(x > median for x in lengths)) <= len(lengths) / 2 + 1


def test_one_large_value_does_not_make_the_others_look_empty() -> None:
    depths = [charts.depth_of(n, 10_000, logarithmic=True) for n in (0, 1, 10, 100, 1000, 10_000)]
    assert depths == sorted(depths)
    assert (depths[0], depths[-1]) == (0, charts.SHADES)
    assert len(set(depths)) == 6


def test_thin_days_are_outlined_in_a_calendar_and_listed(tmp_path: Path, article: Make) -> None:
    days = [f"2024-03-{n:02}" for n in range(1, 29)]
    made = [
        article(100 * d + n, date_published=day)
        for d, day in enumerate(days, 1)
        for n in range(1 if d == 14 else 8)
    ]
    keep(tmp_path / "kepu.db", made)
    tree = html.fromstring(report(tmp_path / "kepu.db"))
    (section,) = [one for one in tree.xpath("//section") if one.xpath("string(h2)") == "Thin days"]
    thin = section.xpath(".//*[local-name()='rect'][contains(@class, 'thin')]")
    assert [one.xpath("string()")[:10] for one in thin] == ["2024-03-14"] * 2
    assert len(section.xpath(".//*[local-name()='svg'][1]/*[local-name()='rect']")) >= 366
    rows = [[cell.text_content() for cell in row] for row in section.xpath("details//tbody/tr")]
    assert rows == [["2024-03-14", "1", "8"]]
    data = section.xpath("string(.//a[@download]/@href)").partition("base64,")[2]
    assert base64.b64decode(data).decode("utf-8-sig").splitlines()[1] == "2024-03-14,1,8.0"

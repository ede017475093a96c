"""Times and printed editions are parsed in all forms that sites print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.chrome.fields.dates import parse_change, parse_paper, parse_time

TIMES = {
    "2023年12月28日07:56": "2023-12-28T07:56:00+08:00",
    "2025-04-06T18:30:00Z": "2025-04-07T02:30:00+08:00",
    "2026-03-02T08:15:30+08:00": "2026-03-02T08:15:30+08:00",
    "2026-03-02T00:15:30+0000": "2026-03-02T08:15:30+08:00",
    "2025年4月7日 下午2时40分": "2025-04-07T14:40:00+08:00",
    "2025年4月7日 下午3:05": "2025-04-07T15:05:00+08:00",
    "2024年5月10日 晚上9:08": "2024-05-10T21:08:00+08:00",
    "2024年5月10日 中午12:30": "2024-05-10T12:30:00+08:00",
    "2024年5月10日 凌晨12:30": "2024-05-10T00:30:00+08:00",
    "2026年3月2日15时05分": "2026-03-02T15:05:00+08:00",
    "2025年04月07日 星期一 07:56": "2025-04-07T07:56:00+08:00",
    "2025年04月07日（星期一）07:56": "2025-04-07T07:56:00+08:00",
    "2024/5/1 3:05 PM": "2024-05-01T15:05:00+08:00",
    "２００９年１１月９日０７：５６": "2009-11-09T07:56:00+08:00",
    "发布时间：2025-04-07 09:12　更新时间：2025-04-08 17:20": "2025-04-07T09:12:00+08:00",
    "更新时间：2026年03月03日10:00　发布时间：2026年03月02日08:15": "2026-03-02T08:15:00+08:00",
    "2009年11月09日00:00": "2009-11-09",
    "2019年11月09日00:00": "2019-11-09T00:00:00+08:00",
    "2019年11月09日": "2019-11-09",
    "2019年11月09日15时": "2019-11-09",
    "2019年02月30日 2019年03月01日08:00": "2019-03-01T08:00:00+08:00",
    "0000-01-01 25:00": None,
}


@pytest.mark.parametrize("text", TIMES)
def test_times_are_parsed(text: str) -> None:
    found = parse_time(text)
    assert (found and found.iso) == TIMES[text]
    if found:
        assert found.iso[:10] == found.day.isoformat()
        assert found.precision == ("minute" if found.moment else "day")


def test_the_time_of_a_change_is_not_the_publication() -> None:
    changed = parse_change("更新时间：2026年03月03日10:00　发布时间：2026年03月02日08:15")
    assert changed
    assert changed.iso == "2026-03-03T10:00:00+08:00"
    assert parse_change("2026年03月02日08:15") is None
    assert parse_time("更新时间：2026年03月03日10:00") is None


@given(st.text(alphabet="0123456789年月日 :-TZ+下午上星期一时分更新", max_size=60))
def test_parsing_times_never_raises(text: str) -> None:
    found = parse_time(text)
    parse_change(text)
    assert found is None or found.raw in text


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("《 人民日报 》（ 2024年05月10日   04 版）", "04"),
        ("《人民日报》（2023年12月28日 第 09 版）", "09"),
        ("《 人民日报 》（ 2024年05月10日   科技版 A4版）", "A4"),
        ("《人民日报海外版》（2023年12月28日 要闻第04版）", "04"),
        ("《人民日报》（2023年12月28日 第04版：要闻）", "04"),
        ("（《光明日报》2023年5月6日 8版）", "8"),
        ("（原载于《光明日报》，2023年5月6日第08版）", "08"),
        ("《人民日报》（2023年12月28日）", None),
        ("据报道（《光明日报》2023年5月6日 8版），", None),
    ],
)
def test_printed_editions_are_parsed(text: str, page: str | None) -> None:
    paper = parse_paper(text)
    assert (paper and paper.page) == page

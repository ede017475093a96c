"""A file of many dumps is divided before it is read, so that it needs little more memory than its own bytes."""

import subprocess
import sys

from kepu.records import Page
from pipelines.build_article import article_from_page, each_page

ARTICLE = """\
人民网>>科普中国

雪线第{n}次上升

2025年04月07日{hour:02}:12 | 来源：科学晨报

　　雪线是一条看不见的线，线以上的雪终年不化，线以下的雪年年化成水，流进山下的田里。
卫星每16天拍一次，相机一共{n}台。

　　这条线{n}年里升高了40米，观测员每年春天都要再走一次，把高度记在本子上。

(责编：安宁、许知白)

"""
LINKS = """
   人民网>>[1]科普中国

   冰川第{n}次走路

   2025年04月07日{hour:02}:12 | 来源：[2]科学晨报

   　　冰川每天走一步，一步只有{n}厘米，观测员每年春天都要再走一次，把高度记在本子上。

   (责编：安宁、许知白)

References

   1. https://example.org/kepu/{n}
   2. https://example.org/source/{n}
"""
PEAK = """
import resource, sys
from kepu.records import Page
from pipelines.build_article import each_page
pages = sum(1 for _ in each_page(Page(body=sys.stdin.buffer.read(), path="long.txt")))
print(pages, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def joined(text: str, articles: int) -> str:
    return "".join(text.format(n=n, hour=n % 24) for n in range(articles))


def peak(text: str) -> tuple[int, int]:
    """Return the number of pages of a text, and the most memory in MB that a process needs which divides it."""
    run = subprocess.run(
        [sys.executable, "-c", PEAK], input=text.encode(), capture_output=True, check=True, timeout=300
    )
    pages, most = map(int, run.stdout.split())
    return pages, most


def test_a_file_of_four_times_the_length_needs_hardly_more_memory() -> None:
    few, many = joined(ARTICLE, 250), joined(ARTICLE, 1_000)
    (one, short), (four, long) = peak(few), peak(many)
    assert (one, four) == (250, 1_000)
    size = (len(many.encode()) - len(few.encode())) / 1e6
    assert long - short < 5 + 4 * size


def test_each_of_several_forms_in_one_file_is_read_as_in_a_file_of_its_own() -> None:
    body = (joined(LINKS, 3) + joined(ARTICLE, 2) + joined(LINKS, 2)).encode()
    articles = [article_from_page(page) for page in each_page(Page(body=body, path="joined.txt"))]
    assert [article.headline for article in articles] == [
        *(f"冰川第{n}次走路" for n in range(3)),
        *(f"雪线第{n}次上升" for n in range(2)),
        *(f"冰川第{n}次走路" for n in range(2)),
    ]
    assert {article.text for article in articles[3:5]} == {
        article_from_page(Page(body=ARTICLE.format(n=n, hour=n).encode(), path="alone.txt")).text
        for n in range(2)
    }
    for n, article in enumerate(articles[:3]):
        alone = article_from_page(Page(body=LINKS.format(n=n, hour=n).encode(), path="alone.txt"))
        assert (article.text, article.warnings) == (alone.text, alone.warnings)

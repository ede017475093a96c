"""Pages without a known layout: generated ones of any structure, and real ones beside the checkout."""

import collections
import json
import random
import statistics
from pathlib import Path

import pytest

from kepu.records import Article, Page
from pipelines.chrome import extract
from pipelines.refusals import Refused

URL = "http://kpzg.people.com.cn/n1/2026/0302/c404214-40671001.html"
OTHERS = Path(__file__).resolve().parents[4] / "shared" / "pages_other"

SENTENCES = (
    "钟摆每小时慢了半秒，工匠在摆锤上加了一枚铜钱。",
    "湖心的浮标记下了整整一个冬天的水温，最低的一天是腊月十七。",
    "扫描电镜下的翅膀满是小孔，雨点落上去就弹开了。",
    "沿岸的村民说，雾总是从对岸来，到了中午才散。",
    "第二组种子埋得更深，出苗晚了九天，却没有一株倒伏。",
    "声音在铁轨里跑得比空气里快，守桥人把耳朵贴上去就知道车到了哪里。",
    "为什么偏偏是这一种颜色？答案写在叶脉的背面。",
    "他们把两只杯子放在窗台上，一只盖了纸，一只没有。",
)
CHROME = (
    "点赞最多的网友说这里从前是一片海，还写了一首长诗。",
    "科学家在山洞里找到了一万年前的种子，它们还能发芽吗？",
    "本站所有内容未经书面授权不得转载，违者必究。",
    "客服热线、广告合作与投诉建议请发送邮件联系我们。",
)


def structures(chance: random.Random, texts: list[str]) -> str:
    """Return paragraphs in one of the structures that templates use."""
    half = len(texts) // 2
    plain = "".join(f"<p>{text}</p>" for text in texts)
    return chance.choice(
        (
            plain,
            "".join(f"<div>{text}</div>" for text in texts),
            "".join(f"<div class='row'><p>{text}</p></div>" for text in texts),
            "".join(f"<p><span style='font-size:16px'>{text}</span></p>" for text in texts),
            "<span>" + plain + "</span>",
            "<br><br>".join(texts),
            "<br>".join(f"<font>{text}</font>" for text in texts),
            f"<section>{''.join(f'<p>{t}</p>' for t in texts[:half])}</section>"
            f"<section>{''.join(f'<p>{t}</p>' for t in texts[half:])}</section>",
            f"<custom-body>{plain}</custom-body>",
            "<table><tr><td>" + plain + "</td></tr></table>",
            "<ul>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>",
            "<table>" + "".join(f"<tr><td>{text}</td></tr>" for text in texts) + "</table>",
            "<dl>" + "".join(f"<dd>{text}</dd>" for text in texts) + "</dl>",
            "".join(f"<div><span>{text[:9]}</span><span>{text[9:]}</span></div>" for text in texts),
            "".join(
                "<div>" * (n % 5) + f"<p>{text}</p>" + "</div>" * (n % 5) for n, text in enumerate(texts)
            ),
            plain.replace(
                "</p>", "</p><div class='ad'><a href='/1'>推广一下</a><a href='/2'>点我看看</a></div>", 1
            ),
            "".join(f"<section data-id=1><section><span>{text}</span></section></section>" for text in texts),
        )
    )


def made(seed: int) -> tuple[bytes, list[str], str]:
    """Return a page with an article in it, the article's paragraphs, and the name of its container."""
    chance = random.Random(seed)
    texts = ["".join(chance.sample(SENTENCES, chance.randint(1, 3))) for _ in range(chance.randint(4, 12))]
    texts = [f"{'甲乙丙丁戊己庚辛壬癸子丑'[n]}、{text}" for n, text in enumerate(texts)]
    name = chance.choice(
        ("x", "newslist_content", "page-no-sidebar", "content", "css-1a2b", "TRS_Editor", "right-main")
    )
    cards = "".join(
        f"<li class='card'><a href='/n1/{n}.html'>另一篇文章的标题第{n}号</a><p>{CHROME[1]}</p></li>"
        for n in range(5)
    )
    said = "".join(
        f"<div class='item'><b>网友{n}</b><p>{CHROME[0]}</p></div>" for n in range(chance.randint(0, 9))
    )
    links = "".join(f"<a href='/{n}.html'>栏目{n}的名称</a>" for n in range(12))
    body = f"<div class='{name}'>{structures(chance, texts)}</div>"
    for _ in range(chance.randint(0, 3)):
        body = f"<div class='wrap'>{body}</div>"
    page = (
        f"<html><head><meta charset=utf-8><title>窗台上的两只杯子_某某网</title></head><body><nav>{links}</nav>"
        f"<div class='page'><h1>窗台上的两只杯子</h1><div class=info>2026-03-02 08:15 来源：某某日报</div>{body}"
        f"<div class='share'>分享到：微信 微博</div><div class='related'><ul>{cards}</ul></div></div>"
        f"<div class='comment-list'>{said}</div><div class='side'>{links}</div>"
        f"<div class='footer'><p>{CHROME[2]}</p><p>{CHROME[3]}</p></div></body></html>"
    )
    return page.encode(), texts, name


def told(body: bytes) -> Article:
    return extract(
        Page(body=body, url=URL, url_requested=URL, status=200, content_type="text/html; charset=utf-8")
    )


@pytest.mark.parametrize("seed", range(60))
def test_an_article_of_any_structure_is_complete_and_has_nothing_else(seed: int) -> None:
    body, texts, name = made(seed)
    article = told(body)
    assert article.text.split("\n") == texts, name
    assert article.headline == "窗台上的两只杯子"
    assert article.source
    assert article.source.name == "某某日报"
    assert "layout_fallback" in article.warnings


def test_structures_survive_as_on_a_known_page() -> None:
    text = "".join(f"<p>{sentence * 2}</p>" for sentence in SENTENCES[:3])
    body = (
        f"<html><body><h1>两只杯子</h1><div class='neu'>{text}<h3>第一只</h3><p><img src='/a/b.jpg'></p>"
        "<p style='text-align:center'>图为第一只杯子。</p><ul><li>盖纸的</li><li>不盖的</li></ul>"
        "<table><tr><td>天</td><td>毫米</td></tr><tr><td>一</td><td>三</td></tr></table>"
        f"{text}</div></body></html>"
    )
    article = told(body.encode())
    assert [block.type for block in article.blocks] == [
        *["paragraph"] * 3, "heading", "figure", "list", "table", *["paragraph"] * 3,
    ]  # fmt: skip
    assert article.image[0].caption == "图为第一只杯子。"


def test_a_doubtful_body_has_a_warning() -> None:
    sure, _, _ = made(3)
    assert "layout_fallback_unsure" not in told(sure).warnings
    head = "<h1>两只杯子</h1><div class=info>2026-03-02</div>"
    short = f"<html><body>{head}<div><p>{SENTENCES[0]}</p></div></body></html>"
    assert "layout_fallback_unsure" in told(short.encode()).warnings


def trigrams(text: str) -> collections.Counter[str]:
    letters = "".join(text.split())
    return collections.Counter(letters[at : at + 3] for at in range(len(letters) - 2))


@pytest.mark.skipif(not OTHERS.exists(), reason="the pages of other sites lie beside the checkout only")
def test_real_pages_of_other_sites() -> None:
    scores = []
    for name, gold in json.loads((OTHERS / "gold.json").read_text(encoding="utf-8")).items():
        try:
            got = trigrams(told((OTHERS / f"{name}.html").read_bytes()).text)
        except Refused:
            got = trigrams("")
        want = trigrams(gold["text"])
        scores.append(2 * (got & want).total() / (got.total() + want.total()))
    assert statistics.mean(scores) >= 0.95
    assert statistics.median(scores) >= 0.985
    assert sum(score < 0.5 for score in scores) <= 1

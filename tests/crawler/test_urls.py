"""Every form of an article's URL gives the same key; no other URL counts as an article."""

from datetime import date
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kepu import urls

PLAIN = "http://kpzg.people.com.cn/n1/2023/1228/c404214-40148467.html"

HOSTS = st.sampled_from(
    ["kpzg.people.com.cn", "people.cn", "www.people.com.cn", "society.peopledaily.com.cn"]
)
DATED = st.builds(
    lambda host, prefix, day, node, content_id: (
        f"http://{host}/{prefix}/{day:%Y/%m%d}/c{node}-{content_id}.html",
        f"{prefix}/{content_id}",
    ),
    HOSTS,
    st.sampled_from(["n", "n1", "n2"]),
    st.dates(date(2012, 1, 1), date(2030, 12, 31)),
    st.integers(1, 999_999_999),
    st.integers(1000, 999_999_999_999),
)
GB = st.builds(
    lambda host, nodes, content_id: (
        f"http://{host}/GB/{''.join(f'{n}/' for n in nodes)}{content_id}.html",
        f"GB/{content_id}",
    ),
    HOSTS,
    st.lists(st.integers(1, 999_999), max_size=5),
    st.integers(1000, 99_999_999),
)


def _percent(url: str) -> str:
    scheme, rest = url.split("://")
    host, path = rest.split("/", 1)
    return f"{scheme}://{host}/" + "/".join(
        quote(s).replace("-", "%2D").replace("c", "%63") for s in path.split("/")
    )


DISGUISES = [
    lambda u: u.replace("http:", "https:"),
    lambda u: u.upper(),
    lambda u: f"\n\t  {u} \r\n",
    lambda u: f"{u[:30]}\n{u[30:]}",
    lambda u: f"{u}\u3000",
    lambda u: f"{u}?",
    lambda u: f"{u}?from=singlemessage&isappinstalled=0",
    lambda u: f"{u}#liuyan",
    lambda u: f"{u};jsessionid=0A1B2C",
    lambda u: f"{u}%20",
    lambda u: u.replace(".cn/", ".cn:80/", 1),
    lambda u: u.replace(".cn/", ".cn./", 1),
    lambda u: u.replace(".cn/", ".cn//", 1),
    lambda u: u.replace(".cn/", ".cn/GB/../", 1),
    lambda u: u.replace(".cn/", ".cn\\", 1),
    lambda u: u.removesuffix(".html") + "-3.html",
    _percent,
]


@given(st.one_of(DATED, GB), st.lists(st.sampled_from(DISGUISES), max_size=1))
def test_all_forms_of_a_url_have_one_key_and_one_canonical_url(
    plain: tuple[str, str],
    disguises: list,  # type: ignore[type-arg]
) -> None:
    url, key = plain
    seen = url
    for disguise in disguises:
        seen = disguise(seen)
    parsed = urls.parse(seen)
    assert parsed is not None
    assert (parsed.key, parsed.canonical, urls.canonical(seen)) == (key, url, url)


@given(st.one_of(DATED, GB), st.integers(1, urls.MAX_PART))
def test_part_urls_have_the_key_of_the_article(plain: tuple[str, str], n: int) -> None:
    url, key = plain
    part = urls.parse(urls.part_url(url, n))
    assert part is not None
    assert (part.key, part.part, part.canonical) == (key, n, url)
    assert urls.part_url(urls.part_url(url, n), n) == urls.part_url(url, n)


def test_components_of_an_article_url() -> None:
    told = urls.parse(PLAIN.replace(".html", "-2.html"))
    assert told == urls.ArticleUrl(
        host="kpzg.people.com.cn",
        prefix="n1",
        id="40148467",
        node="404214",
        date=date(2023, 12, 28),
        part=2,
        path="/n1/2023/1228/c404214-40148467.html",
    )
    gb = urls.parse("http://politics.people.com.cn/GB/1026/14562/10339009.html")
    assert gb is not None
    assert (gb.node, gb.date, gb.key) == ("14562", None, "GB/10339009")
    old = urls.parse("http://www.people.com.cn/GB/kejiao/42/152/20021220/892143.html")
    assert old is not None
    assert (old.node, old.date, old.key) == ("152", date(2002, 12, 20), "GB/892143")


def test_an_invalid_day_is_none() -> None:
    told = urls.parse("http://kpzg.people.com.cn/n1/2024/0230/c404214-40200001.html")
    assert told is not None
    assert told.date is None


def test_the_first_years_have_a_word_before_the_nodes() -> None:
    told = urls.parse("http://www.people.com.cn/GB/keji/1059/2003456.html")
    assert told is not None
    assert (told.key, told.node, told.date) == ("GB/2003456", "1059", None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://",
        "http://[::1/n1/2023/1228/c1-40148467.html",
        "javascript:void(0)",
        "file:///n1/2023/1228/c404214-40148467.html",
        "ftp://kpzg.people.com.cn/n1/2023/1228/c404214-40148467.html",
        "/n1/2023/1228/c404214-40148467.html",
        "http://kpzg.people.com.cn:8000/n1/2023/1228/c404214-40148467.html",
        "http://kpzg.people.com.cn:port/n1/2023/1228/c404214-40148467.html",
        "http://user@kpzg.people.com.cn/n1/2023/1228/c404214-40148467.html",
        "http://example.org/http://kpzg.people.com.cn/n1/2023/1228/c404214-40148467.html",
        "http://kpzg.people.com.cn/",
        "http://kpzg.people.com.cn/GB/404214/index.html",
        "http://kpzg.people.com.cn/GB/404214/index2.html",
        "http://kpzg.people.com.cn/GB/404214/404389/",
        "http://tv.people.com.cn/GB/69505/109926/162593/review/20091103.html",
        "http://counter.people.cn:8000/c.gif?id=40223222",
        "http://kpzg.people.com.cn/n1/2023/1228/c404214-40148467-0.html",
        "http://kpzg.people.com.cn/n1/2023/1228/c404214-40148467-1000.html",
        "http://kpzg.people.com.cn/n1/２０２３/1228/c404214-40148467.html",
        "http://kpzg.people.com.cn/NMediaFile/2023/1228/MAIN202312280756000.jpg",
        PLAIN + "?" + "a" * 10_000,
    ],
)
def test_other_urls_are_not_articles(url: str) -> None:
    assert urls.parse(url) is None
    assert not urls.is_article(url)
    urls.canonical(url)


@given(st.text(max_size=200))
def test_parsing_never_raises(text: str) -> None:
    urls.parse(text)
    urls.canonical(text)
    urls.resolve(PLAIN, text)
    urls.resolve(text, text)
    urls.parse("http://kpzg.people.com.cn/" + text)


@given(st.text(max_size=200))
def test_canonical_is_idempotent(text: str) -> None:
    once = urls.canonical("http://kpzg.people.com.cn/" + text)
    assert urls.canonical(once) == once


@pytest.mark.parametrize(
    ("href", "there"),
    [
        (
            "/n1/2023/1228/c404214-40148468.html\n",
            "http://kpzg.people.com.cn/n1/2023/1228/c404214-40148468.html",
        ),
        ("../1227/c404214-40147000.html", "http://kpzg.people.com.cn/n1/2023/1227/c404214-40147000.html"),
        ("//health.people.com.cn/a.html#top", "http://health.people.com.cn/a.html"),
        ("javascript:void(0)", None),
        ("mailto:a@example.org", None),
        ("http://[", None),
        ("x" * 10_000, None),
    ],
)
def test_resolve(href: str, there: str | None) -> None:
    assert urls.resolve(PLAIN, href) == there


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("kpzg.people.com.cn", "n1/40148467"),
        ("www.people.cn", "n1/40148467"),
        ("kpzg.people.com.cn.example.org", "n1@example.org/40148467"),
        ("notpeople.com.cn", "n1@notpeople.com.cn/40148467"),
        ("kepu.example.com.cn", "n1@example.com.cn/40148467"),
        ("a.b.example.org.uk", "n1@example.org.uk/40148467"),
        ("127.0.0.7", "n1@127.0.0.7/40148467"),
    ],
)
def test_keys_of_other_sites_contain_the_site(host: str, key: str) -> None:
    article = urls.parse(f"http://{host}/n1/2023/1228/c404214-40148467.html")
    assert article is not None
    assert article.key == key
    assert article.key.count("/") == 1
    assert urls.on_site(f"http://{host}/") == (key == "n1/40148467")

"""The account of letters: each letter of any page is counted in a block, in a field, under a rule, or outside."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from lxml import etree

import demo
from kepu.records import Account, Article, Page
from kepu.records.letter_account import Excluded
from pipelines.chrome import drift_warnings, extract
from pipelines.chrome.charset import decode
from pipelines.explain import page_lines
from pipelines.refusals import Refused
from tests.pipelines.chrome.cases import all_cases
from tests.pipelines.chrome.mutate import mutated

SHARED = Path(__file__).resolve().parents[4] / "shared"


def letters_of(page: Page) -> int:
    """Count the letters of all text nodes below `<body>`, independently of the code under test."""
    source = decode(page.body, page.content_type).text
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.fromstring(source.encode("utf-8", errors="replace"), parser)
    body = None if root is None else root.find("body")
    if body is None:
        return 0
    return sum(not letter.isspace() for text in body.itertext() for letter in text)


def read(page: Page) -> tuple[Article, Account] | None:
    try:
        article = extract(page)
    except Refused:
        return None
    assert page.account is not None
    return article, page.account


def check(page: Page) -> bool:
    """Assert the invariant for a page that is an article; return whether it is one."""
    made = read(page)
    if made is None:
        return False
    article, account = made
    parts = {each.payload_sha256 for each in article.parts}
    told = [each for each in (page, *page.parts) if sha256(each.body).hexdigest() in parts]
    numbers = (account.blocks, account.fields, account.outside, account.excluded_letters)
    assert account.letters == sum(numbers) == sum(map(letters_of, told))
    assert min(numbers) >= 0
    assert all(each.letters > 0 and each.rule for each in account.excluded)
    assert all(len(each.text or "") <= 200 for each in account.excluded)
    return True


def pages() -> Iterator[Page]:
    for case in all_cases():
        yield case.page()
    for url, headers, body, _ in demo.pages(demo.articles()):
        yield Page(body, url, url, status=200, content_type=headers["Content-Type"])


def test_each_letter_is_in_one_place() -> None:
    assert sum(map(check, pages())) > 80


def test_the_lines_of_a_page_are_the_whole_page_in_its_order() -> None:
    """Their text is the text of the page in order, and their sums are those of the account."""
    for case in all_cases():
        page = case.page()
        if page.parts or not case.output:
            continue
        try:
            lines = page_lines(page)
        except Refused:
            continue
        account = page.account
        assert account is not None
        for fate in ("block", "field", "excluded", "outside"):
            wanted = (
                account.excluded_letters if fate == "excluded" else getattr(account, FATES.get(fate, fate))
            )
            code = sum(each.letters for each in lines if each.fate == "excluded" and not each.text)
            found = sum(each.letters for each in lines if each.fate == fate)
            assert fate in {"excluded", "outside"} or found == wanted, case.name
        assert sum(each.letters for each in lines) == account.letters == letters_of(case.page()), case.name
        assert code >= 0


def test_a_share_that_is_unusual_for_the_layout_is_a_warning() -> None:
    """Correctly read pages are far below the bound; a page of which a rule excludes a third is above it."""
    for page in pages():
        made = read(page)
        if made is not None and made[0].char_count > 400:
            doubted = sum(
                each.letters for each in made[1].excluded if each.rule not in drift_warnings.EXPECTED
            )
            assert doubted <= 0.5 * drift_warnings.USUAL_SHARE * (doubted + made[1].blocks), page.url
            assert "excluded_much" not in made[0].warnings
    taken = [Excluded(1, "promotion", "扫码", 300)]
    assert drift_warnings.of_account(Account(900, 600, excluded=taken), "rm_txt") == ["excluded_much"]
    assert drift_warnings.of_account(Account(900, 600, excluded=taken), "generic") == []
    taken = [Excluded(1, "related_list", "相关", 3000)]
    assert drift_warnings.of_account(Account(3600, 600, excluded=taken), "rm_txt") == []


FATES = {"block": "blocks", "field": "fields"}


@pytest.mark.parametrize("folder", ["pages", "pages_other"])
def test_each_letter_of_real_pages_is_in_one_place(folder: str) -> None:
    files = sorted((SHARED / folder).glob("*.html"))
    if not files:
        pytest.skip("real pages are not part of the repository")
    read_files = [check(Page(file.read_bytes(), content_type="text/html")) for file in files]
    assert any(read_files)


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_each_letter_of_a_mutated_page_is_in_one_place(start: int) -> None:
    bodies = [case.page().body for case in all_cases() if case.output]
    for seed in range(start, start + 50):
        check(Page(mutated(seed, bodies), url="http://kpzg.people.com.cn/n1/2024/0510/c404214-40233039.html"))


def test_a_hostile_table_is_read_quickly() -> None:
    """The spans of 900 rows with 600 cells, each over 900 rows and 50 columns, are not followed."""
    cells = "<td rowspan=900 colspan=50>一格</td>" * 600
    table = f"<table><tr>{cells}</tr>{'<tr><td>一行</td></tr>' * 900}</table>"
    page = next(case.page() for case in all_cases() if case.name == "rm_txt_zw/structures")
    page.body = page.body.replace(b"<pre>", table.encode() + b"<pre>", 1)
    article = extract(page)
    rows = max((block.rows or [] for block in article.blocks), key=len)
    assert len(rows) == 901
    assert max(map(len, rows)) == 600
    assert check(page)

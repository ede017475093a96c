"""The item pipelines accept every item type that itemadapter supports, and pass other items on unchanged."""

import dataclasses
from collections.abc import Callable
from typing import Any

import attrs
import pydantic
import pytest
import scrapy
from itemadapter import ItemAdapter

from kepu.records import Article
from kepu.run_base import RunBase
from pipelines.item_pipelines import NormalizeSegmentation, NotStored, StoreInArchive, StripChrome, Validate

TEXT = "月球上的一天，相当于地球上的一个月。\u200b这句话要从自转说起，慢慢地说。"
FIELDS = {
    "id": "n1/40000001",
    "url": "http://kpzg.people.com.cn/n1/2024/0101/c404214-40000001.html",
    "text": TEXT,
}


@dataclasses.dataclass
class ADataclass:
    """An article as a dataclass of another project."""

    id: str
    url: str
    text: str
    text_canonical: str = ""
    content_sha256: str | None = None
    warnings: list[str] = dataclasses.field(default_factory=list)
    mine: int = 7


@attrs.define
class AnAttrsClass:
    """The same as an attrs class."""

    id: str
    url: str
    text: str
    text_canonical: str = ""
    content_sha256: str | None = None
    warnings: list[str] = attrs.field(factory=list)
    mine: int = 7


class APydanticModel(pydantic.BaseModel):
    """The same as a pydantic model."""

    id: str
    url: str
    text: str
    text_canonical: str = ""
    content_sha256: str | None = None
    warnings: list[str] = []
    mine: int = 7


class AScrapyItem(scrapy.Item):
    """The same as a Scrapy item."""

    id = scrapy.Field()
    url = scrapy.Field()
    text = scrapy.Field()
    text_canonical = scrapy.Field()
    content_sha256 = scrapy.Field()
    warnings = scrapy.Field()
    mine = scrapy.Field()


class Run(RunBase):
    """A run that records the items that it is to store."""

    def __init__(self, answer: str = "new") -> None:
        self.kept: list[Any] = []
        self._answer = answer

    def copyright_holder_of(self, url: str | None) -> str:
        return "a publisher"

    def keep(self, item: Any) -> str | None:
        self.kept.append(item)
        return self._answer

    def hold(self, article: Any, captures: Any, account: Any) -> None:
        pass

    def clean_texts(self, limit: int) -> list[str]:
        return []


def through(item: Any, run: Run) -> Any:
    """Return an item after it has passed all four pipelines."""
    pipelines = (StripChrome(run), NormalizeSegmentation(), Validate(run), StoreInArchive(run))
    for pipeline in pipelines:
        item = pipeline.process_item(item)
    return item


@pytest.mark.parametrize("kind", [dict, ADataclass, AnAttrsClass, APydanticModel, AScrapyItem])
def test_an_article_of_any_type_is_completed_and_stored(kind: Callable[..., Any]) -> None:
    run = Run()
    item = kind(**FIELDS, mine=7)
    assert through(item, run) is item
    adapter = ItemAdapter(item)
    assert adapter["text_canonical"] == TEXT.replace("\u200b", "")
    assert len(adapter["content_sha256"]) == 64
    assert adapter["warnings"] == ["no_headline", "no_date"]
    assert adapter["mine"] == 7
    (stored,) = run.kept
    assert isinstance(stored, Article)
    assert (stored.id, stored.content_sha256) == (FIELDS["id"], adapter["content_sha256"])
    with pytest.raises(NotStored):
        through(item, Run("unchanged"))


@pytest.mark.parametrize("kind", [dict, ADataclass, AnAttrsClass, APydanticModel])
def test_an_item_that_is_not_an_article_is_not_changed(kind: Callable[..., Any]) -> None:
    run = Run()
    item = {"price": 3} if kind is dict else kind(id="", url="", text=TEXT)
    before = ItemAdapter(item).asdict()
    assert through(item, run) is item
    assert ItemAdapter(item).asdict() == before
    assert run.kept == []


def test_a_page_of_another_type_becomes_an_article() -> None:
    body = f"<html><body><div class='rm_txt_con'><h1>一天</h1><p>{TEXT * 9}</p></div></body></html>".encode()
    made = through({"url": FIELDS["url"], "body": body, "more": 1}, Run())
    assert isinstance(made, Article)
    assert made.id == "n1/40000001"

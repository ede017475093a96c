"""An archive to export: four months, a copy, an undated article, an incomplete one, and texts hard to escape."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.store import Store
from kepu.records import Article, Author, Image, Source

AWKWARD = '=1+1 是算式，\u2028不是命令。\x07“冰”的逗号,引号"和\t制表。\n第二段：雪🌨线。'


HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 2000)]


def _story(n: int, length: int = 80) -> str:
    return "".join(random.Random(n).choices(HAN, k=length)) + "。"


@pytest.fixture(scope="session")
def story() -> Callable[..., str]:
    """Return a function (number, length) that makes texts without anything in common."""
    return _story


@pytest.fixture
def path(tmp_path: Path, article: Callable[..., Article]) -> Path:
    """Return an archive of ten articles, of which one is a copy."""
    path = tmp_path / "kepu.db"
    with Store(path) as archive:
        for n in range(6):
            archive.put(
                article(
                    n,
                    _story(n),
                    date_published=f"2024-{n % 3 + 1:02}-0{n + 1}",
                    datetime_published=f"2024-{n % 3 + 1:02}-0{n + 1}T08:00:00+08:00",
                    source=Source("湖泊报", "http://example.org/"),
                    author=[Author("赵一白", "记者")],
                    image=[
                        Image("http://kpzg.people.com.cn/1.jpg", "图为第一道冰缝", "赵一白摄", position=0)
                    ],
                    keywords=["湖", "冰"],
                )
            )
        archive.put(
            article(
                20,
                AWKWARD + _story(20),
                headline="=SUM(A1:A9)",
                date_published="2023-12-31",
                datetime_published="2023-12-31T23:59:00+08:00",
            )
        )
        archive.put(article(21, _story(0), date_published="2024-04-01"))
        archive.put(article(22, _story(22), date_published=None, headline=None))
        archive.put(article(23, _story(23), date_published="2024-03-09", warnings=["incomplete"]))
    return path


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("HF_HOME", os.fspath(tmp_path / "hf"))

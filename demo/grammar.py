"""Generate thousands of articles from the sentences in `stock.toml`, for a replica of the size of ten years.

The same seed gives the same articles. Their layouts, URL forms and content ids are those of the site at their date.
"""

import re
import tomllib
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from demo.channel import KPZG, TODAY
from demo.stories import Piece, Story, library

YEARS = 10

ID_DATES = (
    (date(2012, 1, 1), 16_800_000),
    (date(2016, 1, 1), 28_000_000),
    (date(2017, 2, 10), 29_072_377),
    (date(2020, 1, 25), 31_562_146),
    (date(2020, 10, 10), 31_886_402),
    (date(2022, 12, 31), 32_597_000),
    (date(2023, 1, 1), 39_900_000),
    (date(2024, 6, 25), 40_263_395),
    (date(2025, 3, 6), 40_431_999),
    (date(2025, 7, 31), 40_533_530),
    (date(2025, 12, 25), 40_631_645),
    (date(2026, 8, 31), 40_789_141),
    (date(2027, 8, 31), 41_030_000),
)
"""Content ids of the live site by date, with the jump in 2022/23; the first, sixth, seventh and last are guesses."""

LAYOUTS = (
    ("2012", (("p_content", "", 1),)),
    ("2016", (("text_c", "", 3), ("text_c", "plain", 2))),
    ("2021", (("rwb", "", 8), ("artDet", "", 1), ("picture", "", 1))),
    ("2025-04", (("rm_txt", "", 9), ("artDet", "", 1))),
    ("9999", (("rm_txt_zw", "", 4), ("rm_txt_zw", "theory", 1))),
)
"""(end of the period, exclusive; layouts in it), each layout as (layout, variant, weight)."""

NODES = (("404390", 4), ("404214", 3), ("404389", 2), ("404843", 1))
TWO_NODES = 0.08
"""Share of articles that appear under two nodes."""
LONG = 0.05
"""Share of articles with further parts."""

_SLOT = re.compile(r"\{(\w+|\d+-\d+)\}")


@cache
def stock() -> dict[str, Any]:
    """Return the contents of `stock.toml`."""
    return tomllib.loads((Path(__file__).parent / "stock.toml").read_text(encoding="utf-8"))


def compose(count: int, seed: int = 0) -> list[Story]:
    """Return `count` articles spread evenly over the YEARS up to TODAY, newest first."""
    last = datetime.fromisoformat(TODAY)
    first = last - timedelta(days=round(YEARS * 365.25))
    step = (last - first) / max(count, 1)
    ids = _Ids()
    composed = []
    for n in range(count):
        at = first + step * (n + 1)
        composed.append(story(f"generated/{seed}-{n:05}", at, ids))
    return composed[::-1]


def fresh(count: int, day: date, seed: int = 0) -> list[Story]:
    """Return `count` articles published on one day."""
    ids = _Ids()
    start = datetime.fromisoformat(f"{day}T06:00")
    return [story(f"fresh/{seed}-{day}-{n:03}", start + timedelta(minutes=31 * n), ids) for n in range(count)]


def story(slug: str, at: datetime, ids: "_Ids") -> Story:
    """Return one article, published on the day of `at`; all else is drawn at random, with the slug as seed."""
    voice = _Voice(Random(slug))
    random = voice.random
    published = f"{at:%Y-%m-%dT%H:%M}"
    layout, variant = _weighted(random, _layouts(published))
    number = ids.next_for(at.date())
    nodes = [_weighted(random, [(node, weight) for node, weight in NODES])]
    if random.random() < TWO_NODES:
        nodes.append(random.choice([node for node, _ in NODES if node not in nodes]))
    prefix = "n1" if published >= "2016" else "n"
    names = [voice.name() for _ in range(random.choice((1, 1, 2)))]
    return Story(
        slug=slug,
        layout=layout,
        variant=variant,
        urls=tuple(f"http://{KPZG}/{prefix}/{at:%Y/%m%d}/c{node}-{number}.html" for node in nodes),
        headline=voice.say(random.choice(stock()["general"]["headlines"])),
        published=published,
        parts=voice.parts(at, layout),
        byline=""
        if layout in {"artDet", "picture"}
        else f"记者　{'　'.join(_padded(name) for name in names)}",
        authors=() if layout in {"artDet", "picture"} else tuple((name, "记者") for name in names),
        editors=tuple(random.sample(stock()["editors"], random.choice((1, 2)))),
        source=(random.choice(stock()["sources"]), f"http://{KPZG}/"),
        keywords=(voice.subject, voice.domain["name"], *random.sample(stock()["words"]["place"], 2)),
        indent=random.choice(("u3000", "u3000", "nbsp", "css")),
    )


@dataclass(slots=True)
class _Ids:
    """Generator of unique ascending content ids, without those of hand-written articles."""

    last: int = 0
    taken: frozenset[int] = field(
        default_factory=lambda: frozenset(int(story.content_id) for story in library())
    )

    def next_for(self, day: date) -> int:
        """Return an id that the site may have used on that day, greater than all before it."""
        at = bisect_right(ID_DATES, (day, 1 << 40)) - 1
        (start, low), (end, high) = ID_DATES[at], ID_DATES[at + 1]
        self.last = max(self.last + 1, low + (high - low) * (day - start).days // (end - start).days)
        while self.last in self.taken:
            self.last += 1
        return self.last


class _Voice:
    """Draws words and sentences for one article, which keeps its subject, institute and researcher."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.domain = random.choice(stock()["domains"])
        self.subject = str(random.choice(self.domain["subjects"]))
        self.fixed = {"x": self.subject, "domain": str(self.domain["name"]), "p": self.name()}
        self.fixed["lab"] = self.say(random.choice(stock()["labs"]))
        self.sentences = [*self.domain["sentences"], *random.sample(stock()["general"]["sentences"], 14)]
        random.shuffle(self.sentences)

    def name(self) -> str:
        """Return a person's name."""
        return f"{self.random.choice(stock()['surnames'])}{self.random.choice(stock()['given'])}"

    def say(self, sentence: str) -> str:
        """Return the sentence with its slots filled."""
        return _SLOT.sub(self._fill, sentence)

    def parts(self, at: datetime, layout: str) -> tuple[tuple[Piece, ...], ...]:
        """Return the body: paragraphs of two to four sentences, subheads, a picture, and sometimes several parts."""
        count = self.random.choice((2, 3)) if layout == "picture" or self.random.random() < LONG else 1
        share = len(self.sentences) * self.random.uniform(0.6, 1) / count
        bounds = [round(share * n) for n in range(count + 1)]
        return tuple(
            tuple(self._part(at, n, self.sentences[bounds[n] : bounds[n + 1]], layout)) for n in range(count)
        )

    def _part(self, at: datetime, n: int, sentences: list[str], layout: str) -> list[Piece]:
        pieces: list[Piece] = []
        while sentences:
            taken = self.random.choice((2, 2, 3, 4))
            paragraph = "".join(self.say(sentence) for sentence in sentences[:taken])
            sentences = sentences[taken:]
            if pieces and sentences and layout != "picture" and self.random.random() < 0.3:
                subhead = self.random.choice(stock()["general"]["subheads"])
                pieces.append(Piece("heading", self.say(subhead)))
            pieces.append(Piece("paragraph", paragraph))
        if layout == "picture" or self.random.random() < 0.5:
            pieces.insert(0 if layout == "picture" else 1, self._figure(at, n))
        return pieces

    def _figure(self, at: datetime, n: int) -> Piece:
        url = f"/NMediaFile/{at:%Y/%m%d}/MAIN{at:%Y%m%d%H%M}{self.random.randrange(10**8):08}{n}.jpg"
        caption = self.say(self.random.choice(stock()["general"]["captions"]))
        return Piece("figure", url=url, caption=caption, credit=f"{self.name()}摄")

    def _fill(self, match: re.Match[str]) -> str:
        slot = match[1]
        if slot in self.fixed:
            return self.fixed[slot]
        if slot == "adjective":
            return str(self.random.choice(stock()["general"]["adjectives"]))
        if slot in stock()["words"]:
            return str(self.random.choice(stock()["words"][slot]))
        low, high = slot.split("-")
        return str(self.random.randint(int(low), int(high)))


def _layouts(published: str) -> list[tuple[tuple[str, str], int]]:
    """Return the layouts in use at that time, with their weights."""
    choices = next(choices for until, choices in LAYOUTS if published < until)
    return [((layout, variant), weight) for layout, variant, weight in choices]


def _weighted(random: Random, choices: list[tuple[Any, int]]) -> Any:
    values, weights = zip(*choices, strict=True)
    return random.choices(values, weights)[0]


def _padded(name: str) -> str:
    """Return a name; one of two characters is padded to the width of three."""
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name

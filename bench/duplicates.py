"""Measure recall and precision of near duplicates among planted copies, and their speed in articles per second.

    python -m bench.duplicates               quality at 2,000 and 10,000 articles, speed at 10,000 and 100,000
    python -m bench.duplicates --million     also speed at a million: several minutes, 6 GB of disk

Quality is measured on generated articles of the replica, speed on longer texts of invented words. Each update runs in a
process of its own, to measure its memory. A pair is right if both texts were made from the same story. Articles from
the same template are not copies of each other, so each such pair is an error.
"""

import argparse
import hashlib
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from sqlite_utils import Database

import demo
from archive import schema

HAN = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 3000))
SENTENCE = re.compile(r"[^。！？；…\n]+[。！？；…\n]*")
PLANTED = ("repost", "edited", "excerpt", "template of gaps", "template as a frame")


def composed(size: int, seed: int) -> list[str]:
    """Return the texts of generated articles of the replica; the hand-written ones contain copies."""
    return [
        "\n".join(piece.source for part in story.parts for piece in part if piece.source)
        for story in demo.articles(size, seed)
        if story.slug.startswith("generated/")
    ]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, each with its final punctuation."""
    return SENTENCE.findall(text)


def repost(text: str, rng: random.Random) -> str:
    """Return a text as another newspaper reprints it: with some characters changed, and a line before or after it."""
    letters = []
    rate = rng.choice((0.005, 0.01, 0.02, 0.025))
    for letter in text:
        other = rng.choice(HAN)
        hit = letter != "\n" and rng.random() < rate
        letters.append(rng.choice(("", other, letter + other)) if hit else letter)
    before = rng.choice(("", "", "本报云岭十月七日电 "))
    behind = rng.choice(("", "", "\n（原题有改动，责编：顾禾、沈一苇）"))
    made = before + "".join(letters) + behind
    return made if _digest(made) != _digest(text) else repost(text, rng)


def edited(text: str, rng: random.Random, stranger: str, share: float = 0.3) -> str:
    """Return a text in which a share of the sentences is replaced by sentences of `stranger`, another article."""
    kept, others = sentences(text), sentences(stranger)
    for place in rng.sample(range(len(kept)), round(len(kept) * share)):
        kept[place] = rng.choice(others)
    return "".join(kept)


def excerpt(text: str, rng: random.Random) -> str:
    """Return consecutive sentences of a text, a sixth to a half of all."""
    all_of_it = sentences(text)
    count = max(3, int(len(all_of_it) * rng.uniform(1 / 6, 1 / 2)))
    start = rng.randrange(max(len(all_of_it) - count, 0) + 1)
    return "".join(all_of_it[start : start + count])


def _word(rng: random.Random, least: int, most: int) -> str:
    """Return a random word of characters some of which are far more common than others."""
    return "".join(HAN[int(len(HAN) ** rng.random()) * 7919 % 3000] for _ in range(rng.randint(least, most)))


WORDS = [_word(random.Random(number), 1, 4) for number in range(20_000)]


def invented(rng: random.Random, count: int) -> str:
    """Return a text of `count` sentences of random words, of about 22 characters each."""
    pieces = []
    words = rng.choices(WORDS, k=9 * count)
    for place in range(0, len(words), 9):
        pieces += words[place : place + rng.randint(6, 9)]
        pieces.append(rng.choice("。。。！？；") + "\n" * (rng.random() < 0.3))
    return "".join(pieces)


def gapped(rng: random.Random) -> list[str]:
    """Return a template: sentences with gaps for names and numbers."""
    return [
        _word(rng, 8, 14) + "{}" + _word(rng, 4, 9) + rng.choice(("{}" + _word(rng, 3, 8), "")) + "。"
        for _ in range(rng.randint(8, 14))
    ]


def fill(template: list[str], rng: random.Random) -> str:
    """Return an article made from a template by filling its gaps."""
    return "".join(
        sentence.format(
            *(
                rng.choice(
                    (
                        str(rng.randint(2, 4000)),
                        _word(rng, 2, 4),
                        f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
                    )
                )
                for _ in range(2)
            )
        )
        for sentence in template
    )


def framed(frame: list[str], rng: random.Random) -> str:
    """Return an article with the beginning and the end of a frame, and a middle of its own."""
    middle = sentences(invented(rng, round(len(frame) * rng.uniform(0.6, 1.0))))
    return "".join([*frame[: len(frame) // 2], *middle, *frame[len(frame) // 2 :]])


def planted(stories: list[str], rng: random.Random) -> Iterator[tuple[str, int, str]]:
    """Yield (text, number of its story, kind) of stories and of copies, edited versions and excerpts of them.

    Each text from a template has a story of its own.
    """
    for number, text in enumerate(stories):
        yield text, number, "story"
    for number in rng.sample(range(len(stories)), len(stories) // 10):
        text = stories[number]
        yield repost(text, rng), number, "repost"
        yield edited(text, rng, rng.choice(stories)), number, "edited"
        yield excerpt(text, rng), number, "excerpt"
    alone = len(stories)
    for _ in range(max(len(stories) // 200, 2)):
        template, frame = gapped(rng), sentences(invented(rng, rng.randint(8, 16)))
        for _ in range(12):
            yield fill(template, rng), (alone := alone + 1), "template of gaps"
        for _ in range(24):
            yield framed(frame, rng), (alone := alone + 1), "template as a frame"


def archived(path: Path, texts: Iterable[str], first: int = 0) -> int:
    """Insert texts into the archive at `path` as plain rows of `articles`; return the number of its articles."""
    db = Database(path)
    db.conn.isolation_level = None
    schema.migrate(db)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")
    db.execute("BEGIN")
    db.conn.executemany(
        "INSERT INTO articles (id, text_canonical, char_count, content_sha256, date_published, warnings) "
        "VALUES (?, ?, ?, ?, ?, '[]')",
        (
            (f"n1/{number}", text, len(text), _digest(text), f"20{number % 25:02}-01-01")
            for number, text in enumerate(texts, first)
        ),
    )
    db.execute("COMMIT")
    count = int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    db.close()
    return count


def _digest(text: str) -> str:
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()


def updated(path: Path) -> dict[str, float]:
    """Update the near duplicates of the archive at `path` in a separate process; return what `update_here` returns."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.duplicates", "--update", str(path)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return dict(json.loads(answer.stdout))


def update_here(path: Path) -> dict[str, float]:
    """Update the near duplicates of the archive at `path`.

    Return the number of articles, the seconds, the seconds until the first article, and the peak memory in MB.
    """
    begin = time.perf_counter()
    from archive.duplicates.update_duplicates import update, waiting

    db = Database(path)
    db.conn.isolation_level = None
    waiting(db)
    start = time.perf_counter() - begin
    begin, busy = time.perf_counter(), time.process_time()
    done = update(db)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"articles": done.articles, "seconds": seconds, "cpu": cpu, "start": start, "mb": peak}


def quality(size: int, folder: Path, seed: int = 7) -> None:
    """Print recall by kind, and precision, for `size` stories of the replica and the copies planted among them."""
    rng = random.Random(seed)
    stories = list({_digest(text): text for text in composed(size, seed) if len(text) > 100}.values())
    made = list(planted(stories, rng))
    rng.shuffle(made)
    path = folder / f"quality-{size}.db"
    archived(path, (text for text, _, _ in made))
    done = updated(path)
    db = Database(path)
    story = {number: root for number, (_, root, _) in enumerate(made)}
    what = {number: name for number, (_, _, name) in enumerate(made)}
    original = {root: number for number, (_, root, name) in enumerate(made) if name == "story"}
    kinds = {
        frozenset((int(a[3:]), int(b[3:]))): kind
        for a, b, kind in db.execute(
            "SELECT m.article, n.article, p.kind FROM internal_near_pairs p "
            "JOIN internal_near_articles m ON m.n = p.later "
            "JOIN internal_near_articles n ON n.n = p.earlier"
        )
    }
    print(f"\n{len(made):,} articles, {done['seconds']:.1f} s")
    for name in PLANTED[:3]:
        pairs = [frozenset((number, original[story[number]])) for number in what if what[number] == name]
        answers = Counter(kinds.get(pair, "nothing") for pair in pairs)
        right = sum(answers[kind] for kind in ("repost", "edited", "excerpt"))
        print(f"  {name:20} recall {right / len(pairs):.4f}   called {dict(answers.most_common())}")
    for name in ("repost", "edited", "excerpt", "any"):
        pairs = [
            pair for pair, kind in kinds.items() if kind == name or (name == "any" and kind != "template")
        ]
        wrong = Counter(
            " and ".join(sorted(what[number] for number in pair))
            for pair in pairs
            if len({story[n] for n in pair}) > 1
        )
        share = 1 - sum(wrong.values()) / max(len(pairs), 1)
        print(
            f"  called {name:13} precision {share:.4f} of {len(pairs)}   wrong {dict(wrong.most_common(4))}"
        )
    print(f"  called template      {sum(kind == 'template' for kind in kinds.values())}")
    db.close()


def some_copied(count: int, rng: random.Random) -> Iterator[str]:
    """Yield texts, one in ten of which is a repost or an edited version of one of the last thousand originals."""
    recent = [invented(rng, 24) for _ in range(1000)]
    for number in range(count):
        text = invented(rng, 24)
        if number % 20 == 0:
            yield repost(rng.choice(recent), rng)
        elif number % 20 == 10:
            yield edited(rng.choice(recent), rng, text)
        else:
            recent[number % 1000] = text
            yield text


def speed(size: int, folder: Path, seed: int = 11) -> None:
    """Print articles per second up to `size` articles, and for eight further updates, which include one merge."""
    rng = random.Random(seed)
    path = folder / f"speed-{size}.db"
    archived(path, some_copied(size, rng))
    whole = updated(path)
    further = []
    for step in range(8):
        archived(path, some_copied(5_000, rng), first=size + 5_000 * step)
        further.append(updated(path))
    more = {name: max(done[name] for done in further) for name in further[0]}
    more |= {name: sum(done[name] for done in further) for name in ("articles", "seconds", "cpu")}
    disk = sum(file.stat().st_size for file in folder.glob(f"{path.name}*")) / 1e9
    for label, done in ((f"from 0 to {size:,}", whole), (f"8 × 5,000 more at {size:,}", more)):
        micros, cpu = (done[name] / done["articles"] * 1e6 for name in ("seconds", "cpu"))
        print(
            f"{label:>28}: {1e6 / micros:8,.0f} articles/s, {micros:.0f} µs each, {cpu:.0f} of CPU; "
            f"start {done['start']:.2f} s, {done['mb']:.0f} MB, database {disk:.2f} GB",
            flush=True,
        )
    path.unlink()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--stories", type=int, nargs="*", default=[1_500, 7_500])
    parser.add_argument("--update", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.update:
        print(json.dumps(update_here(options.update)))
        return
    with tempfile.TemporaryDirectory() as name:
        for size in options.stories:
            quality(size, Path(name))
        for size in [*options.sizes, *([1_000_000] if options.million else [])]:
            speed(size, Path(name))


if __name__ == "__main__":
    main()

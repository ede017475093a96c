"""An article as a person reads it on a terminal."""

from kepu.messages import right, say
from kepu.records import Article


def view(article: Article) -> str:
    """Return an article as text for a terminal: its headlines, its fields, and its blocks with their types."""
    names = "、".join(author.name for author in article.author)
    head = {
        say("id"): article.id,
        "url": article.url,
        say("published"): article.date_published,
        say("authors"): names,
        say("source"): article.source and article.source.name,
        say("editors"): "、".join(editor.name for editor in article.editor),
        say("layout"): article.provenance.layout,
        say("warnings"): ", ".join(article.warnings),
    }
    lines = [text for text in (article.kicker, article.headline, article.alternative_headline) if text]
    lines += [f"{right(name, 9)}: {value}" for name, value in head.items() if value]
    return "\n".join([*lines, "", *(f"[{block.type}] {block.text}" for block in article.blocks), ""])

"""Search: every article by any of its words, from one Han character on, while a crawl goes on writing.

    from archive.search import search
    with reading("kepu.db") as db:
        results = search(db, '大模型 "生成式人工智能" -汽车 source:新华社 since:2023-01')

A text is taken apart into single Han characters and whole words (tokens.py) and kept in an FTS5 index
(schema/search.py), which follows the articles (index.py). What a person types is understood by query.py and never
reaches SQL as it is; engine.py finds, orders, counts; snippets.py marks the places in the article's own text.
"""

from archive.search.query_parser import BadQuery
from archive.search.search_articles import search
from archive.search.search_results import Hit, Results, Snippet

__all__ = ["BadQuery", "Hit", "Results", "Snippet", "search"]

"""Search: every article by any of its words, from one Han character on, while a crawl goes on writing.

    from archive.search import search
    with reading("kepu.db") as db:
        results = search(db, '大模型 "生成式人工智能" -汽车 source:新华社 since:2023-01')

search_tokens.py splits a text into single Han characters and whole words, and an FTS5 index stores them
(schema/search_tables.py). update_index.py keeps the index in step with the articles. query_parser.py parses a query,
which never reaches SQL as it was typed; search_articles.py finds, orders and counts; snippets.py marks the matches in
the article's own text.
"""

from archive.search.query_parser import BadQuery
from archive.search.search_articles import search
from archive.search.search_results import Hit, Results, Snippet

__all__ = ["BadQuery", "Hit", "Results", "Snippet", "search"]

"""Full-text search over all articles, down to a single Han character, also while a crawl writes.

    from archive.search import search
    with reading("kepu.db") as db:
        results = search(db, '大模型 "生成式人工智能" -汽车 source:新华社 since:2023-01')

search_tokens.py splits a text into single Han characters and whole words, which an FTS5 index stores
(schema/search_tables.py). update_index.py updates the index from the articles. query_parser.py parses a query;
search_articles.py builds the FTS5 expression from the parsed tokens (the user's text is never part of SQL), and finds,
orders and counts. snippets.py marks the matches in the article's own text.
"""

from archive.search.query_parser import BadQuery
from archive.search.search_articles import search
from archive.search.search_results import Hit, Results, Snippet

__all__ = ["BadQuery", "Hit", "Results", "Snippet", "search"]

"""Turn a fetched page into a clean article: plain functions; only item_pipelines.py uses Scrapy."""

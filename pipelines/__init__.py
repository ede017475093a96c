"""From a fetched page to a clean article: plain functions, with Scrapy only at the door (`steps.py`)."""

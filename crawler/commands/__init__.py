"""Scrapy commands that replace Scrapy's own: `crawl` and `parse` (COMMANDS_MODULE in crawler/settings.py)."""

"""Scrapy commands that this project does in its own way."""

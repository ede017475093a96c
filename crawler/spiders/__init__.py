"""The spiders: `channel` crawls the site, `doctor` tries its sources, `dump` imports files."""

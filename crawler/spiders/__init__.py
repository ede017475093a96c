"""The spiders: `channel` asks the site, `dump` reads saved pages and text dumps."""

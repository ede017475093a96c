"""Find and fetch: everything that speaks HTTP or reads files, and nothing that knows what an article is."""

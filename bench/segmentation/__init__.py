"""How well dumps are put together again: our own hard sentences through simulated channels, and the shared bench."""

"""The channels: one file of facts each, and the module that loads and validates them."""

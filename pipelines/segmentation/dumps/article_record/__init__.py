"""The record of a dump: the Article, its people, and the account of all letters."""

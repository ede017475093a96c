"""Layouts of the site's article pages, one module each: years, evidence, selectors. See docs/extend.md to add one."""

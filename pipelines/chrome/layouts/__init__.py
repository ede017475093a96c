"""One module a layout: the years, the evidence, and the selectors, as data. How to add one: docs/extend.md."""

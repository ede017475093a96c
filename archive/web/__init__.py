"""The reading room: the archive in a browser, read-only, on this machine, without resources from other hosts.

It is Datasette with our own pages (pages/), and our templates and styles for Datasette's pages (templates/, static/).
`application.py` creates the application, `plugin.py` registers our pages with Datasette, and `guard.py` checks every
request.
"""

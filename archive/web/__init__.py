"""The reading room: the archive in a browser, read only, on this machine, with nothing from another host.

It is Datasette with pages of ours in front (pages/) and our dress on its own tables (templates/, static/).
`application.py` puts the two together, `plugin.py` tells Datasette of us, `guard.py` stands at the door.
"""

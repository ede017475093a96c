"""The pages of ours: one a module, each a function that Datasette calls with the request."""

"""The pages of the reading room: one module per page, each with functions that Datasette calls with a request."""

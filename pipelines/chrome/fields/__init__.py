"""The fields around the body: one module per kind of field."""

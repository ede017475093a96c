"""Read the fields around the body; there is one module per kind of field."""

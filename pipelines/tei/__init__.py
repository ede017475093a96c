"""The schema of TEI P5, kept with its licence, and a check of documents against it."""

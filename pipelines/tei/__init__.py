"""The schema of TEI P5, with its licence, and a function that validates documents against it."""

"""The names of people in dumps, which may be glued, damaged or without a role."""

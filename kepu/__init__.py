"""What the three layers share, and what a user imports."""

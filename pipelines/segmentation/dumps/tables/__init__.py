"""Tables in dumps: drawn with frames where they have none, and read from their frames."""

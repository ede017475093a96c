"""The Chinese of what the program says, and how its catalogue is made."""

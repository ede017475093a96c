"""The forms of dumps other than w3m's: decoded, and converted to the form of w3m."""

"""The style of a page, estimated from its dump: the width of the terminal and the habits of the typist."""

"""Handing a file to somebody named: a link that opens once, ends by itself, can be taken back, and asks for a password."""

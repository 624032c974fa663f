"""Measures of the hot paths, each beside something outside in the same run. `make bench` prints them."""

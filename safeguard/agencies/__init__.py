"""Organisations, and the accounts of the people who work for them."""

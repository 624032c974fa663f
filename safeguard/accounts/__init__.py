"""Proving who somebody is: signing in, sessions, passwords and second factors; and who may open an account for whom."""

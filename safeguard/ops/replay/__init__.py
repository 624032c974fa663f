"""Replaying chronologies of the past through the services of today: what would have been flagged, and when."""

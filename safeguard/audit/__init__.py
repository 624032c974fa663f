"""The append-only record of who did and who saw what."""

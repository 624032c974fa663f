"""What a policy would have raised in the past, read from what was known by each day. Nothing is stored."""

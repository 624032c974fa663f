"""The triage desk: queue, clocks, ratings, decisions."""

"""Who is who: source records, matching, verdicts."""

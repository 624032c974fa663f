"""Whether two statements speak of one person: pure rules, without database or framework."""

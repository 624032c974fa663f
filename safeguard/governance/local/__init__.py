"""The pages on which a partnership sets its own words, questions and times."""

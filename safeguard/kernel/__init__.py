"""What every room stands on: clock, errors, database base, text, references, code sets."""

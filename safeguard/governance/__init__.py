"""Reading the audit."""

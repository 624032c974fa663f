"""Case summaries for strategy discussions, as PDF."""

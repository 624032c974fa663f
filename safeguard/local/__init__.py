"""What a partnership sets for itself: words, questions, times. Kept in versions that two people agree, and that never change."""

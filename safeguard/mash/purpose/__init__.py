"""What somebody opens a file for: evident from the work that is open, or said before it opens. Kept with every view."""

"""Person matching measured on a made-up population: candidates found, decisions right, time and room taken."""

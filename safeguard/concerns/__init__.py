"""What is known together: relationships, households, events, the concern graph, the chronology."""

"""The questions that the concern graph answers, one a module; docs/graph.md says what each promises.

Each loads a neighbourhood through the session, which leaves out what its actor may not see, and answers from that alone.
"""

"""Agency checks: what the desk asks other agencies about a case, and what they answer."""

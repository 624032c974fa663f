"""How many alerts a policy makes over a population, and what counting contacts would make of the same load."""

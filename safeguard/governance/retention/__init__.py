"""How long records are kept, what is held beyond that, and how they are destroyed: found by rule, decided by two people."""

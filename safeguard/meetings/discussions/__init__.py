"""Strategy discussions: who met, what each agency shared, what was decided and who does what by when."""

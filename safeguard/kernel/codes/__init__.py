"""Code sets of the field, one a file. Codes that the Department for Education names keep its codes."""

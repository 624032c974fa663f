"""Subject access: everything held about a person, looked at item by item before it is given to them."""

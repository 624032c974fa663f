"""Who may do what: roles, the policy table and its guard."""

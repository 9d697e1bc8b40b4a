"""Who may take what: permit numbers, what a lot's legal status asks for, and whether it is held."""

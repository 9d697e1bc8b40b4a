"""What to invest in: of posted specs and lots, and for coordinators of all that they oversee."""

"""The account of a deal: what one side owes the other on each leg, and of what it is the sum."""

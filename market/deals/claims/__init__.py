"""Claims: what one side holds against a portion, answered, settled, or decided by a coordinator."""

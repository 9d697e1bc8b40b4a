"""From match to money: what two sides agree on, who may do what when, and what is kept of it."""

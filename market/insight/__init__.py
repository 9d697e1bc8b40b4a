"""What the market lacks: supply and demand by place and month, why demand is unmet, and what would meet it."""

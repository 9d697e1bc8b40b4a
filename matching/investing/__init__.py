"""Plants that do not exist yet: what they would be like, where they could stand, and what they would unlock."""

"""What is offered or bid, on screen: its form, its words, and what changed from one offer to the next."""

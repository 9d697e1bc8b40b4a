"""What the `capillary` command does, one file a noun; imported only when its command runs."""

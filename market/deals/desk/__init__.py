"""What waits on somebody's desk: deals whose turn it is theirs, what moved last, and what does not move."""

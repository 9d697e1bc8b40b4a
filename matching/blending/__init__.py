"""How a blend is found: what each lot brings, the program, its cuts, and what is told of the answer."""

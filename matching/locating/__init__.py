"""Where to open hubs: bounds by Lagrangian prices, flows by exact transportation, proof by branch and bound."""

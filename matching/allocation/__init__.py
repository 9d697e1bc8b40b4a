"""How an allocation is found: who may serve whom, the flow or the blends, prices, and what is told of the answer."""

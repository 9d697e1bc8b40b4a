"""What parties do in the demo's scenes: each act is data with one call of the service that does it."""

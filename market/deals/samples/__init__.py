"""Samples: taken of a lot, sealed, measured by both sides, and settled by a splitting limit or an umpire."""

"""A processor's offers on screen: the steps that it does at its places, listed, written and withdrawn."""

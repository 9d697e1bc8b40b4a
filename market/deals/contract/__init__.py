"""The contract: what the accepted offer says beyond price and tonnes, signed by every side, or called off."""

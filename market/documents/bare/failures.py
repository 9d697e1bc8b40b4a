"""Why there is no copy."""


class NotBareError(ValueError):
    """The file cannot be freed of what it says of its maker with certainty, or is not whole."""

"""Failures of a command, for the person at the terminal."""


class CommandError(Exception):
    """The command could not do its work; exit status 1."""

    status = 1


class InputError(CommandError):
    """The files given are wrong; one line for each fault, exit status 2."""

    status = 2

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class DatabaseAwayError(CommandError):
    """PostgreSQL cannot be reached, or lets nobody in; a time-out has no words of its own."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(f"the database does not answer: {str(error) or 'not in time'}")

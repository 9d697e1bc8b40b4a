"""`capillary work`: one worker process, told everything by its environment."""

from collections.abc import Mapping

from market.adapters.db import REFUSED
from market.commands.errors import DatabaseAwayError
from market.logs import configure
from market.settings import Settings
from workers.main import main


def work_jobs(environment: Mapping[str, str]) -> None:
    """The worker until SIGTERM or SIGINT."""
    settings = Settings.from_environment(environment)
    configure(level=settings.log_level)
    try:
        main(settings)
    except REFUSED as error:
        raise DatabaseAwayError(error) from error

"""Other people's libraries keep quiet: their finer logs print the token and what people wrote."""

import logging
from typing import Final

# telegram prints whole messages, httpx and aiohttp.access the address with the token, aiosqlite
# every function it calls with its arguments.
LOGGERS: Final = ("telegram", "aiohttp", "aiosqlite", "httpx", "httpcore")


def quiet_loggers() -> None:
    """Call once at start, whatever the log level: these may only warn."""
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)

"""Logs carry ids and types, never people's words and never the token."""

import logging
import sys
from typing import Literal

import structlog

from bot.transport.request import quiet_loggers


def configure(level: Literal["DEBUG", "INFO", "WARNING", "ERROR"], form: Literal["console", "json"]) -> None:
    """Everything goes to standard error; libraries are heard from WARNING on."""
    quiet_loggers()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )

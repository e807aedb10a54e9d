"""``python -m bot`` is ``attune``."""

from bot.cli import app

app()

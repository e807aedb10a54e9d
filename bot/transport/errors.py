"""What can go wrong on the way to Telegram that python-telegram-bot has no name for.

They descend from its TelegramError, because its methods wrap everything else into messages of
their own, and those would quote the address with the token.
"""

from datetime import timedelta

from telegram.error import Conflict, NetworkError, TelegramError


class NotSent(NetworkError):
    """Provably nothing of the request left us: trying again cannot double anything."""


class TooFast(TelegramError):
    """429: everybody waits for ``wait``.

    Not python-telegram-bot's RetryAfter: making one warns that its own shape is deprecated.
    """

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"asked to wait {wait.total_seconds():g} s")
        self.wait = wait


class WrongToken(TelegramError):
    """The bot's token is not known to the server."""

    def __init__(self) -> None:
        super().__init__(
            "The Bot API server does not know this token. Copy the token that @BotFather shows under /mybots"
            " into ATTUNE_TOKEN, and look whether ATTUNE_API_URL is a Bot API server."
        )


class AnotherPoller(TelegramError):
    """409: somebody else receives this bot's updates."""

    def __init__(self) -> None:
        super().__init__(
            "Another program receives the updates of this bot. Stop the other one, or remove its webhook; if"
            " you do not know of any, the token has leaked: let @BotFather revoke it and use the new one."
        )


class Unreached(TelegramError):
    """Telegram did not answer. ``wait`` is how long it asked us to stay away, if it did."""

    def __init__(self, wait: timedelta | None) -> None:
        super().__init__("Telegram cannot be reached")
        self.wait = wait


def no_answer(error: TelegramError) -> TelegramError:
    """What to raise where only an answer helps: Unreached, if asking again later can bring one."""
    match error:
        case WrongToken():
            return error
        case Conflict():
            return AnotherPoller()
        case TooFast(wait=wait):
            return Unreached(wait)
        case _:
            return Unreached(None)

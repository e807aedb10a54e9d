"""While the database cannot be used: whoever needs help gets a card that was made ready before.

Nothing is stored, and nothing is confirmed to Telegram: what people write meanwhile comes again as soon as it
can be stored, and then the clinic is told. A tap is only good for a moment and is asked for again. Telegram
hands out a hundred updates that wait and no more: whoever comes after them waits, too.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from bot.content.languages import resolve
from bot.content.library import Library
from bot.core.danger import DangerList, screen
from bot.core.events import AskedForHelp, Commanded, Edited, FromChat, SentOther, Tapped, Wrote
from bot.core.helplines import lines_for
from bot.core.hours import WeekHours
from bot.core.model import ChatId
from bot.render.safety_cards import HelpShown, lifeline_card
from bot.render.words import Words
from bot.transport.sender import Parcel, Sent, TelegramSender
from bot.transport.updates import TelegramUpdates, Unreached, to_event

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = timedelta(seconds=3)  # asked sooner for the same, Telegram shows one update


class Lifeline:
    """``cards`` are the texts in each language. ``read`` brings the phrases of danger; it may take long."""

    def __init__(self, library: Library, read: Callable[[], Sequence[DangerList]]) -> None:
        clinic = library.clinic
        country = library.helplines.get(clinic.country)
        self._read = read
        self._default = clinic.languages[0]
        self._words: Mapping[str, Words] = {
            language: Words(language, library.texts(language), territory=clinic.country)
            for language in clinic.languages
        }
        self._cards: Mapping[str, str] = {
            language: lifeline_card(
                words,
                clinic.country,
                HelpShown(
                    clinic=clinic.name,
                    phone=clinic.phone,
                    emergency=clinic.emergency_number,
                    lines=lines_for(country, child=True, language=language),
                    monitored=WeekHours(),
                ),
            )
            for language, words in self._words.items()
        }
        self._seen: set[int] = set()

    async def hold(
        self, updates: TelegramUpdates, sender: TelegramSender, pause: timedelta, stop: asyncio.Event
    ) -> None:
        """Answer whoever needs help, for about so long. Who was answered once is not answered again."""
        for _ in range(max(pause // LOOK_EVERY, 1)):
            with suppress(Unreached):  # then Telegram is not there either, and both are tried again
                await self._look(updates, sender)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY.total_seconds())
                return

    async def _look(self, updates: TelegramUpdates, sender: TelegramSender) -> None:
        for number, update in await updates.fetch(0, timedelta()):
            if number in self._seen:
                continue
            event = to_event(update)
            if event is not None and not await self._answered(event, sender):
                continue  # the next look tries it again
            self._seen.add(number)

    async def _answered(self, event: FromChat, sender: TelegramSender) -> bool:
        """Whether nothing is left to say about it for now."""
        match event:
            case AskedForHelp(chat_id=chat_id, press_id=press_id, language_code=tag):
                await sender.answer(press_id, None)
                return await self._show(chat_id, tag, sender)
            case Commanded(name="help", chat_id=chat_id, language_code=tag):
                return await self._show(chat_id, tag, sender)
            case Wrote(text=text) | Edited(text=text) | SentOther(text=text):
                lists = await asyncio.to_thread(self._read)
                if not screen(lists, text):
                    return True
                return await self._show(event.chat_id, event.language_code, sender)
            case Tapped(press_id=press_id):
                await sender.answer(press_id, self._words[self._default]("bot/lifeline/hint"))
                return True
            case _:
                return True

    async def _show(self, chat_id: ChatId, tag: str, sender: TelegramSender) -> bool:
        language = resolve(tag, tuple(self._cards)) or self._default
        parcel = Parcel("send", chat_id, None, {"text": self._cards[language]}, again=False)
        arrived = isinstance(await sender.send(parcel), Sent)
        log.warning("somebody who needs help got the card that was made ready", arrived=arrived)
        return arrived

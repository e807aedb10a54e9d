"""The bot as a process: opened, introduced, run until a signal, and closed in good order."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from pydantic import SecretStr
from sqlalchemy import Connection

from bot.content.clinic import Clinic
from bot.content.library import Library
from bot.service import calling, delivery, forgetting, loops, mailing, reminding, start
from bot.service.clock import WallClock
from bot.service.lifeline import Lifeline
from bot.service.loops import Bot
from bot.service.phrasebook import Phrasebook
from bot.service.post import Clock, Post
from bot.service.profiles import profiles
from bot.service.start import SetupProblem as SetupProblem
from bot.storage import audit, erase, facts, invitations, people
from bot.storage.keys import Keyring, read_key_file
from bot.storage.trouble import StorageDown, StorageProblem
from bot.transport.connection import TelegramBot, connect, who_am_i
from bot.transport.mail import MailServer, NoMailServer
from bot.transport.profile import introduce
from bot.transport.sender import TelegramSender
from bot.transport.updates import TelegramUpdates, Unreached

log = structlog.get_logger(__name__)

STOP_WITHIN = 9.0  # seconds
AGAIN_AFTER = timedelta(seconds=6)  # a database that could not be used
TIDY_EVERY = timedelta(hours=6)


@asynccontextmanager
async def opened(
    token: str, api_url: str, database_url: str, keyring: Keyring, library: Library, clock: Clock
) -> AsyncIterator[Bot]:
    """Everything the loops need, connected; closed again afterwards, whatever happened."""
    database = await start.open_database(database_url, keyring, alone=True)
    try:
        await database.write(erase.reapply, keyring, clock.now())
        quiet_since = await database.write(delivery.recover, clock.now())
        async with connect(token, api_url) as telegram:
            house = start.furnish(library, keyring, await _reached(telegram, clock))
            await database.write(start.settle_in, house)
            introducing = asyncio.create_task(introduce(telegram, profiles(house)))
            updates, sender = TelegramUpdates(telegram), TelegramSender(telegram)
            try:
                phrasebook = Phrasebook(
                    partial(start.read_danger_lists, library.folder.resolve()), house.danger
                )
                yield Bot(database, house, updates, sender, clock, Post(clock, quiet_since), phrasebook)
            finally:
                introducing.cancel()  # what Telegram has not heard is left to the next start
                with suppress(asyncio.CancelledError):
                    await introducing
    finally:
        await database.close()


async def run(
    token: SecretStr | None,
    api_url: str,
    database_url: str,
    key_file: Path | None,
    folder: Path,
    smtp_url: SecretStr | None,
    smtp_from: str,
) -> None:
    """``attune run``."""
    library = start.load(folder)
    mail_server = mail_server_of(library.clinic, smtp_url, smtp_from)
    keyring = Keyring(read_key_file(key_file))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    begun = asyncio.Event()
    working = asyncio.create_task(
        _work(_token(token), api_url, database_url, keyring, library, mail_server, stop, begun)
    )
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not begun.is_set():
        working.cancel()  # it waits for Telegram, perhaps for hours, and has nothing to finish
    if not (await asyncio.wait({working}, timeout=STOP_WITHIN))[0]:
        working.cancel()  # it hangs on somebody else; what is unsaid was never confirmed
    with suppress(asyncio.CancelledError):
        await working


async def invite_therapist(
    token: SecretStr | None,
    api_url: str,
    database_url: str,
    key_file: Path | None,
    folder: Path,
    name: str,
    language: str,
    zone: str,
    role: str,
) -> str:
    """A one-time link for a therapist. Works while the bot runs, and before its first start."""
    clinic = start.load(folder).clinic
    language, zone = language or clinic.languages[0], zone or clinic.zone
    if language not in clinic.languages:
        raise SetupProblem(
            f"The clinic does not offer {language}. Choose one of: {', '.join(clinic.languages)}."
        )
    if not start.known_zone(zone):
        raise SetupProblem(f"{zone} is not a time zone. Write it like Europe/Vienna.")
    keyring = Keyring(read_key_file(key_file))
    database = await start.open_database(database_url, keyring, alone=False)
    try:
        bot_name = await database.write(facts.read, "bot name")
        if bot_name is None:
            async with connect(_token(token), api_url) as telegram:
                bot_name = await who_am_i(telegram)
        secret = await database.write(invite, keyring, name, language, zone, WallClock().now(), role)
    finally:
        await database.close()
    return f"https://t.me/{bot_name}?start={secret}"


def invite(
    tx: Connection,
    keyring: Keyring,
    name: str,
    language: str,
    zone: str,
    now: datetime,
    role: str = "therapist",
) -> str:
    """A new therapist; what comes back is the secret of their one-time link."""
    therapist_id = people.add_therapist(tx, keyring, name, language, zone, role)
    audit.write(tx, keyring, "therapist invited", f"therapist {therapist_id}", now)
    return invitations.make(tx, therapist_id, None, now)


async def _work(
    token: str,
    api_url: str,
    database_url: str,
    keyring: Keyring,
    library: Library,
    mail_server: MailServer | None,
    stop: asyncio.Event,
    begun: asyncio.Event,
) -> None:
    """Until it is stopped. While the database cannot be used whoever needs help is answered all the same."""
    lifeline = Lifeline(library, partial(start.read_danger_lists, library.folder.resolve()))
    said = ""
    while not stop.is_set():
        down: BaseExceptionGroup[StorageProblem] | None = None
        try:
            async with opened(token, api_url, database_url, keyring, library, WallClock()) as bot:
                bot.stop, said = stop, ""
                begun.set()
                log.info("running", bot=bot.house.bot_name, languages=list(bot.house.texts))
                with _housekeeping(bot):
                    async with asyncio.TaskGroup() as work:
                        work.create_task(bot.phrasebook.open())
                        work.create_task(loops.run(bot))
                        if mail_server is not None:
                            work.create_task(mailing.run(bot, mail_server))
        except* StorageProblem as group:
            down = group
        if down is None:
            break
        if not begun.is_set() and down.subgroup(StorageDown) is None:
            raise down  # it never could be used: a person has to see to it first
        begun.set()
        if said != (said := _first(down)):  # once, however long it lasts
            log.error("the database cannot be used; trying again until it can", reason=said)
        async with connect(token, api_url) as telegram:
            await lifeline.hold(TelegramUpdates(telegram), TelegramSender(telegram), AGAIN_AFTER, stop)
    log.info("stopped")


def _first(group: BaseExceptionGroup[StorageProblem]) -> str:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else str(first)


@contextmanager
def _housekeeping(bot: Bot) -> Iterator[None]:
    """What nobody needs any more is thrown out now and then."""

    async def tidy() -> None:
        try:
            await bot.database.write(forgetting.erase_the_stopped, bot.house, bot.clock.now())
            await bot.database.write(forgetting.erase_who_never_began, bot.house, bot.clock.now())
            await bot.database.write(start.tidy, bot.clock.now())
            await bot.database.write(calling.drill_when_due, bot.house, bot.clock.now())
            await bot.database.write(reminding.of_old_numbers, bot.house, bot.clock.now())
        except asyncio.CancelledError:
            return  # the bot stops; the next start tidies
        except Exception as error:  # noqa: BLE001  # it can wait, and APScheduler would print the message
            log.error("tidying failed", error=type(error).__name__)

    metronome = AsyncIOScheduler(timezone="UTC")
    metronome.add_job(tidy, "interval", seconds=TIDY_EVERY.total_seconds(), next_run_time=bot.clock.now())
    metronome.start()
    try:
        yield
    finally:
        metronome.shutdown(wait=False)


async def _reached(telegram: TelegramBot, clock: Clock) -> str:
    """The bot's name; an unreachable server is tried again until it answers, and said once."""
    trouble = 0
    while True:
        try:
            return await who_am_i(telegram)
        except Unreached as error:
            trouble += 1
            if trouble == 1:
                log.warning("the Bot API server cannot be reached; trying again until it can")
            await clock.sleep((error.wait or timedelta(seconds=min(2**trouble, 60))).total_seconds())


def mail_server_of(clinic: Clinic, url: SecretStr | None, sender: str) -> MailServer | None:
    """Where alerts go by e-mail; None where the clinic names no addresses."""
    if clinic.answering is None or not clinic.answering.email:
        return None
    if url is None:
        raise SetupProblem("clinic.toml names e-mail addresses for alerts: set ATTUNE_SMTP_URL as well.")
    try:
        return MailServer.at(url.get_secret_value(), sender)
    except NoMailServer as error:
        raise SetupProblem(str(error)) from None


def _token(token: SecretStr | None) -> str:
    if token is None or not token.get_secret_value().strip():
        raise SetupProblem("No token. Ask @BotFather for one and set ATTUNE_TOKEN; `attune demo` needs none.")
    return token.get_secret_value().strip()

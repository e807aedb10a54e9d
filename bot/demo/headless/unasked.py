"""What came by itself to a client's phone: never in their quiet hours, in a pause or after a stop; of all
that a therapist has read or answered, one word; and nothing of anybody else."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.content.clinic import Clinic
from bot.core.reading import ANSWERS
from bot.demo.headless.dates import SOON, heard_of_news, quiet
from bot.demo.headless.findings import ClientReport
from bot.demo.headless.persons import Answer, Client, Therapist
from bot.demo.headless.reading import pattern, seen
from bot.demo.headless.told import ALWAYS, Side, gives
from bot.demo.headless.witness import Talk
from bot.demo.server import Message, State
from bot.service.house import House

JUST: Final = timedelta(seconds=10)  # so long a letter may be on its way that was sent in time

# The sentences that a client reads, or hears, in this language.
Texts = Mapping[str, Mapping[str, str]]


def check_quiet(report: ClientReport, talk: Talk, clinic: Clinic) -> None:
    """Whatever answers nothing came at a time at which the client wanted to hear something."""
    client = report.client
    acts = [message.sent_at for message in talk.sent] + [press.at for press in talk.presses]
    acts += [back for _, back in client.phone.away if back is not None]
    acts += [] if client.linked_at is None else [client.linked_at]  # who agreed waits for the therapist's yes
    for message in talk.heard:
        at = message.sent_at
        if len(talk.clients) > 1 and client.alias not in message.versions[0].text:
            continue  # on a family's phone what comes by itself says for whom
        if any(act <= at <= act + SOON for act in acts):
            continue
        if quiet(at, client, clinic) and quiet(at - JUST, client, clinic):
            report.breach(at, "it rang in the quiet hours")
        if client.wishes.pauses(at) and client.wishes.pauses(at - JUST):
            report.breach(at, "it rang in a pause")
        if client.wishes.stopped.at(at) and client.wishes.stopped.at(at - JUST):
            report.breach(at, "it rang after a stop")


def check_readings(
    therapist: Therapist, sides: Sequence[Side], state: State, house: House, now: datetime
) -> int:
    """Each answer reaches its client once, as soon as they want to hear of it, and so does that a summary was
    read, if anything in it was not read before; who hears nothing at all any more, of them the therapist is
    told so. Says how many have come."""
    script, texts, clinic = house.prompt_sets[house.clinic.prompt_set], house.texts, house.clinic
    whose = _whose(state.chat(therapist.chat_id), sides)
    came = 0
    arrived = {side.client.alias: list(_news(side, texts, therapist)) for side in sides}
    known: dict[str, datetime] = {}  # by alias: what was given until then, they know to have been read
    for answer in therapist.answers:
        side = whose.get(answer.letter.message_id)
        if side is None or side.client.wishes.erased_at is not None:
            continue
        client, at = side.client, heard_of_news(answer.at, side.client, clinic)
        untold = client.wishes.stopped.at(answer.at) or not client.phone.reachable(answer.at, answer.at)
        if untold != _says_untold(answer, texts[therapist.language]):
            side.report.lost(answer.at, "a word to the therapist on whether the client hears of it")
        told_at, until = answer.letter.sent_at, known.get(client.alias, ALWAYS)
        if untold or (answer.reads and not gives(side, script, until, told_at)):
            continue
        known[client.alias] = told_at
        wanted = _told(client, therapist, answer, texts)
        news = arrived[client.alias]
        found = next(
            (one for one in news if at <= one.sent_at <= at + SOON and seen(one.text) == wanted), None
        )
        if found is not None:
            news.remove(found)
            came += 1
        gone = client.wishes.stopped.at(at) or not client.phone.reachable(at, at + SOON)
        if found is None and not gone and at + SOON <= now and not side.kept.uncertain:
            side.report.lost(at, "a word that the summary was read, or an answer to it")
    for side in sides:
        for message in arrived[side.client.alias] if side.client.wishes.erased_at is None else ():
            side.report.twice(message.sent_at, "a word that a summary was read, and it was not")
    return came


def check_strangers(report: ClientReport, letters: Sequence[Message], others: Sequence[Client]) -> None:
    """Nobody reads of a client whom they do not know: neither a name, nor words, which bear it too."""
    if not others:
        return
    names = re.compile("|".join(rf"(?<!\w){re.escape(one.alias)}(?! \d)(?!\w)" for one in others))
    for message in letters:
        for version in message.versions if message.by_bot else ():
            if found := names.search(version.text):
                report.breach(version.at, f"somebody else's name or words: {found[0]}")


def _whose(letters: Sequence[Message], sides: Sequence[Side]) -> dict[int, Side]:
    """Which client each letter of a summary is about."""
    found: dict[int, Side] = {}
    current: Side | None = None
    for message in letters:
        text = message.versions[0].text
        if message.by_bot:
            current = next((one for one in sides if one.reader.begins(text)), current)
            if current is not None:
                found[message.message_id] = current
    return found


def _says_untold(answer: Answer, texts: Mapping[str, str]) -> bool:
    """What the card said right after it."""
    after = next((one.text for one in answer.letter.versions if one.at >= answer.at), "")
    return pattern(texts["bot/reading/untold"]).search(seen(after)) is not None


def _told(client: Client, therapist: Therapist, answer: Answer, texts: Texts) -> str:
    """What the client reads of it, in the language that they had chosen by then."""
    said = _saying(client, texts[client.wishes.language.at(answer.at)])
    if answer.words:
        text = said("bot/after/own").format(therapist=therapist.name, words=answer.words)
    elif answer.name:
        text = said(f"bot/after/answer/{answer.name}").format(therapist=therapist.name)
    else:
        text = said("bot/after/read").format(therapist=therapist.name)
    if client.guardian:
        text = f"{said('bot/after/for').format(client=client.alias)}\n{text}"
    return seen(text)


def _news(side: Side, texts: Texts, therapist: Therapist) -> Iterator[Message]:
    """All that the client heard of what the therapist read."""
    client, keys = side.client, ["read", "own", *(f"answer/{name}" for name in ANSWERS)]
    looks_like = []
    for language in client.wishes.language.all():
        said = _saying(client, texts[language])
        before = f"{said('bot/after/for')}\n" if client.guardian else ""
        known = {"client": client.alias, "therapist": therapist.name}
        looks_like += [pattern(before + said(f"bot/after/{key}"), **known) for key in keys]
    for message in side.talk.heard:
        if not message.versions[0].markup and any(one.fullmatch(seen(message.text)) for one in looks_like):
            yield message


def _saying(client: Client, texts: Mapping[str, str]) -> Callable[[str], str]:
    return lambda key: texts.get(f"{key}/{client.band.voice}") or texts[key]

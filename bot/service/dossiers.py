"""All that is known about one client, gathered and handed over.

On a guardian's account the child's own answers, words and goals are left out: they are for the child.
"""

import base64
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from bot.core.dossier import (
    Dossier,
    KnownAnswer,
    KnownCheckIn,
    KnownConsent,
    KnownFollowUp,
    KnownGoal,
    KnownLetter,
    KnownNote,
    KnownSchedule,
    KnownSession,
    KnownSummary,
    Who,
)  # fmt: skip
from bot.core.goals import goal_of
from bot.core.model import DialogueId
from bot.core.schedule import before
from bot.render.dossiers import as_json, as_page
from bot.render.goals import goal_question
from bot.render.words import Ltr, Words, local
from bot.service.house import House
from bot.service.scene import Scene
from bot.storage import checkins, consents, goals, letters, people, schedules, summaries
from bot.storage.checkins import Begun, Given
from bot.storage.letters import Sent
from bot.storage.people import Client, Paired, PairingState

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


def hand_over(scene: Scene) -> None:
    """Two files: a page to read, and JSON. They may be kept, so they are not protected."""
    assert scene.client_id is not None, "only clients ask for what is known about them"
    client = people.client(scene.tx, scene.house.keyring, scene.client_id)
    known = gather(scene.tx, scene.house, client, scene.now, whole=not client.guardian_account)
    words = scene.house.words(client.language)
    name = f"attune-{local(scene.now, client.zone):%Y-%m-%d}"
    clinic = scene.house.clinic
    values = {"client": client.alias, "clinic": clinic.name, "phone": Ltr(clinic.phone)}
    page = "bot/guardian/copy" if client.guardian_account else "bot/dossier/page"
    for message, ending, content in (
        (page, "html", as_page(words, known)),
        ("bot/dossier/data", "json", as_json(known)),
    ):
        file, text = base64.b64encode(content.encode()).decode(), scene.words(message, **values)
        scene.send({"text": text, "file": file, "file_name": f"{name}.{ending}"})


def gather(tx: Connection, house: House, client: Client, now: datetime, *, whole: bool) -> Dossier:
    """Everything, or without what is the child's own."""
    keyring = house.keyring
    pairings = people.pairings_of(tx, client.id)
    script = _Asked(tx, house, client, pairings)
    given = checkins.answers_of(tx, keyring, client.id, ALWAYS) if whole else {}
    rows = checkins.of_client(tx, client.id, ALWAYS)
    return Dossier(
        clinic=house.clinic.name,
        made_at=now,
        who=_who(client),
        sessions=tuple(
            KnownSession(
                people.therapist(tx, keyring, paired.therapist_id).name,
                paired.session.weekday,
                paired.session.at,
                paired.session.zone,
            )
            for paired in pairings
            if paired.state is PairingState.ACTIVE
        ),
        schedules=tuple(
            KnownSchedule(one.rule.weekday, one.rule.at, one.rule.zone, one.chosen_by, one.chosen_at)
            for one in schedules.of_client(tx, client.id)
        ),
        consents=tuple(
            KnownConsent(one.given_by, one.version, one.language, one.agreed_at, one.withdrawn_at)
            for one in consents.of_client(tx, client.id)
        ),
        check_ins=tuple(script.check_in(row, given.get(row.id, [])) for row in rows),
        notes=tuple(script.notes(rows)) if whole else (),
        goals=tuple(script.goals(rows, given)) if whole else (),
        summaries=tuple(
            KnownSummary(told.session_on, told.made_at, told.read_at, "", told.answered_at)
            for paired in pairings
            for told in summaries.of_pairing(tx, paired.id)
        ),
        letters=tuple(
            () if client.chat_id is None else told_of(letters.sent_to(tx, client.id, client.chat_id))
        ),
        answers_left_out=not whole,
    )


def _who(client: Client) -> Who:
    quiet_from, quiet_to = client.quiet or (None, None)
    return Who(
        alias=client.alias,
        code=client.code,
        band=client.band,
        language=client.language,
        zone=client.zone,
        address=client.address,
        gender=client.gender,
        guardian_account=client.guardian_account,
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        paused_until=client.paused_until,
        stopped_at=client.stopped_at,
        country=client.country,
    )


def told_of(sent: Sequence[Sent]) -> Iterator[KnownLetter]:
    """Each message with its changes, which would tell nothing by themselves. Those of a message that is no
    longer in the books stand alone."""
    changes: dict[int, list[datetime]] = {}
    card: dict[DialogueId | None, int] = {}
    for at, letter in enumerate(sent):
        if letter.edit and letter.dialogue_id in card:
            changes[card[letter.dialogue_id]].append(letter.sent_at)
            continue
        changes[at] = []
        if letter.dialogue_id is not None and not letter.edit:
            card[letter.dialogue_id] = at
    for at, changed_at in changes.items():
        yield KnownLetter(sent[at].kind, sent[at].sent_at, tuple(changed_at))


class _Asked:
    """What a client was asked and said, in the words in which they read it."""

    def __init__(self, tx: Connection, house: House, client: Client, pairings: Sequence[Paired]) -> None:
        self._tx, self._house, self._client = tx, house, client
        active = [one for one in pairings if one.state is PairingState.ACTIVE] or list(pairings)
        self._paired = active[0] if active else None
        self._goals = {goal.id: goal for goal in goals.of_client(tx, house.keyring, client.id)}
        therapist = "" if self._paired is None else self._therapist(self._paired)
        self._values = {"therapist": therapist, "client": client.alias, "clinic": house.clinic.name}

    def check_in(self, row: Begun, given: Sequence[Given]) -> KnownCheckIn:
        answers = tuple(self._answers(row, given))
        return KnownCheckIn(
            row.due_at, row.state, row.reason, row.prompt_set, row.version, row.language, answers
        )

    def notes(self, rows: Sequence[Begun]) -> Iterator[KnownNote]:
        for row in rows:
            for note in checkins.notes_in(self._tx, self._house.keyring, row.id):
                about = "" if note.prompt_id is None else self._question(row, note.prompt_id)
                yield KnownNote(note.words, note.language, note.written_at, about, note.topic)

    def goals(self, rows: Sequence[Begun], given: checkins.ByCheckIn) -> Iterator[KnownGoal]:
        for goal in self._goals.values():
            told = [
                answer
                for row in rows
                for answer in self._answers(row, given.get(row.id, []))
                if goal_of(answer.prompt) == goal.id
            ]
            yield KnownGoal(
                goal.words,
                goal.language,
                goal.state,
                goal.proposed_at,
                goal.agreed_at,
                goal.ended_at,
                tuple(told),
            )

    def _answers(self, row: Begun, given: Sequence[Given]) -> Iterator[KnownAnswer]:
        words, band = self._words(row), f"{row.prompt_set}/band/{row.band}"
        scale = self._house.prompt_sets[row.prompt_set].scale(row.band)
        choices = {answer.prompt_id: answer.choice for answer in given}
        for answer in sorted(given, key=lambda one: (one.answered_at, one.prompt_id)):
            if answer.prompt_id.endswith((".help", ".raise")):
                continue
            option = scale.option(answer.choice)
            label = (
                f"bot/button/{answer.choice}"
                if option is None
                else f"{row.prompt_set}/scale/{scale.id}/{option.id}"
            )
            follow_ups = []
            for asked in ("help", "raise"):
                choice = choices.get(f"{answer.prompt_id}.{asked}")
                if choice is not None:
                    said = words(f"{band}/{asked}s/{choice}")
                    follow_ups.append(KnownFollowUp(words(f"{band}/{asked}", **self._values), said, choice))
            yield KnownAnswer(
                answer.prompt_id,
                self._question(row, answer.prompt_id),
                words(label) if words.has(label) else answer.choice,
                answer.choice,
                None if option is None else option.value,
                answer.answered_at,
                answer.held_back,
                tuple(follow_ups),
                None if option is None else scale.options.index(option) + 1,
                None if option is None else len(scale.options),
            )

    def _question(self, row: Begun, prompt: str) -> str:
        words, goal = self._words(row), goal_of(prompt)
        if goal is not None:
            said = self._goals[goal].words if goal in self._goals else ""
            return goal_question(words, self._house.prompt_sets[row.prompt_set], row.band, said)
        values = dict(self._values)
        if self._paired is not None:
            session = local(before(self._paired.session, row.due_at), self._client.zone)
            values |= {"day": words.day(session), "time": words.time(session.time())}
        question = f"{row.prompt_set}/{prompt}/{row.band}/question"
        return words(question, **values) if words.has(question) else prompt  # the set has changed since

    def _words(self, row: Begun) -> Words:
        words = self._house.words(row.language).speaking(row.band.voice)
        return words.addressed(self._client.address, self._client.gender)

    def _therapist(self, paired: Paired) -> str:
        return people.therapist(self._tx, self._house.keyring, paired.therapist_id).name

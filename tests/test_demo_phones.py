"""The report finds what a phone did not show, showed otherwise, or showed once too often."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from bot.service.house import House
from bot.storage.schema import answers, check_ins, notes
from tests.tampering import Run, buttons, numbered, opens, run_of

HOUR, SOON = timedelta(hours=1), timedelta(minutes=2)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_of(tmp_path_factory.mktemp("run"), 2)


def test_a_cover_that_came_once_more_came_twice(run: Run) -> None:
    _, card = next(run.cards())
    late = replace(card.versions[0], at=card.versions[0].at + timedelta(seconds=1))
    with run.put(replace(card, message_id=card.message_id + 1_000_000, versions=[late])):
        assert run.faults() == (0, 1)


def test_a_cover_at_another_hour_is_no_check_in_of_the_schedule(run: Run) -> None:
    _, card = next(run.cards())
    versions = [replace(version, at=version.at - HOUR) for version in card.versions]
    with run.put(replace(card, versions=versions)):
        lost, twice = run.faults()
        assert lost >= 1
        assert twice >= 1


def test_a_check_in_that_no_phone_showed_is_lost(run: Run) -> None:
    _, card = next(run.cards())
    with run.without(card):
        assert run.faults()[0] >= 1


def test_what_a_button_said_is_what_counts(run: Run) -> None:
    """If the label under somebody's finger was another one than the bot took it for, it is found."""
    pressed = {press.data for press in run.state.presses.values()}
    for _, card in run.cards():
        for number, version in enumerate(card.versions):
            given = [one for one in buttons(card, number) if str(one["callback_data"]) in pressed]
            scale = [one for one in buttons(card, number) if one not in given]
            if given and scale and given[0]["callback_data"].rpartition(":")[2] in ("skip", "dont_know"):
                wrong = {"inline_keyboard": [[{**given[0], "text": scale[0]["text"]}, *scale]]}
                versions = [*card.versions]
                versions[number] = replace(version, markup=wrong)
                with run.put(replace(card, versions=versions)):
                    lost, _ = run.faults()
                assert lost >= 1
                return
    pytest.fail("in this run nobody skipped a question")


def test_a_page_that_never_turned_is_lost(run: Run) -> None:
    _, card = next(run.cards())
    with run.put(replace(card, versions=card.versions[:1])):
        assert run.faults()[0] >= 1


def test_a_summary_that_did_not_come_is_lost(run: Run) -> None:
    with run.without(next(run.letters())):
        lost, twice = run.faults()
        assert (lost, twice) == (1, 0)


def test_a_summary_that_came_again_must_say_so(run: Run) -> None:
    letter = next(run.letters())
    again = replace(letter.versions[0], at=letter.sent_at + 3 * HOUR)
    with run.put(replace(letter, message_id=letter.message_id + 1_000_000, versions=[again])):
        assert run.faults() == (0, 1)
    texts = run.house.texts[next(t for t in run.people.therapists if t.chat_id == letter.chat_id).language]
    marked = replace(again, text=f"{texts['bot/repeat']}\n\n{again.text}")
    with run.put(replace(letter, message_id=letter.message_id + 1_000_000, versions=[marked])):
        assert run.faults() == (0, 0)


def test_what_was_answered_after_the_summary_comes_once_and_whole(run: Run) -> None:
    letter = next(run.letters("head_more"))
    again = replace(letter, message_id=letter.message_id + 1_000_000)
    empty = replace(letter.versions[0], text=letter.text.splitlines()[0])
    with run.without(letter):
        assert run.faults() == (1, 0)
    with run.put(again):
        assert run.faults() == (0, 1)
    with run.put(replace(letter, versions=[empty])):
        lost, twice = run.faults()
        assert lost >= 1
        assert twice == 0


def test_a_summary_must_tell_the_answers(run: Run) -> None:
    told = max(run.letters(), key=lambda letter: len(letter.text))
    first = told.versions[0]
    shortened = replace(first, text="\n".join(first.text.splitlines()[:2]))
    with run.put(replace(told, versions=[shortened])):
        lost, twice = run.faults()
        assert lost >= 1
        assert twice == 0


def test_a_reminder_comes_once_and_only_to_whoever_has_not_finished(run: Run) -> None:
    reminder = next(m for m in run.spoken() if opens(m) and ":0:" not in str(m.versions[0].markup))
    again = replace(reminder.versions[0], at=reminder.sent_at + timedelta(seconds=1))
    with run.put(replace(reminder, message_id=reminder.message_id + 1_000_000, versions=[again])):
        assert run.faults() == (0, 1)
    _, card = next(run.cards())
    late = replace(card.versions[0], at=card.sent_at + 24 * HOUR)
    with run.put(replace(card, message_id=card.message_id + 1_000_000, versions=[late])):
        assert run.faults()[1] == 1


def test_a_reminder_that_did_not_come_is_lost(run: Run) -> None:
    """Of a check-in that nobody touched only the first cover is left."""
    for client in run.people.clients:
        for message in run.state.chat(client.chat_id):
            number = str(message.versions[0].markup).partition("callback_data': '")[2].partition(":")[0]
            cards = [m for m in run.state.chat(client.chat_id) if f"'{number}:" in str(m.versions[0].markup)]
            if message.by_bot and opens(message) and len(cards) == 2 and len(cards[1].versions) == 2:
                with run.without(cards[1]):
                    assert run.faults()[0] >= 1
                return
    pytest.fail("in this run everybody has answered")


def test_a_check_in_that_a_client_asked_for_must_come_and_be_kept_once(run: Run) -> None:
    def remove(tx: Connection, _: House) -> None:
        numbers = list(tx.execute(select(check_ins.c.id).where(check_ins.c.schedule_id.is_(None))).scalars())
        for table in (answers, notes):
            tx.execute(delete(table).where(table.c.check_in_id.in_(numbers)))
        tx.execute(delete(check_ins).where(check_ins.c.id.in_(numbers)))

    def add(tx: Connection, _: House) -> None:
        row = tx.execute(select(check_ins).where(check_ins.c.schedule_id.is_(None))).first()
        assert row is not None
        tx.execute(insert(check_ins).values({**row._asdict(), "id": 999, "due_at": row.due_at + HOUR}))

    own = next(m for m in run.spoken() if ":0:" in (text := str(m.versions[0].markup)) and ":skip" in text)
    assert run.faults(remove)[0] >= 1
    assert run.faults(add) == (0, 1)
    with run.without(own):
        assert run.faults()[0] >= 1
    unasked = replace(own.versions[0], at=own.sent_at - HOUR)
    renamed = numbered(unasked, "987654")
    with run.put(replace(own, message_id=own.message_id + 1_000_000, versions=[renamed])):
        assert run.faults()[1] == 1


def test_words_are_answered_and_kept_only_as_notes(run: Run) -> None:
    stickers = [m for client in run.people.clients for m in run.state.chat(client.chat_id) if m.content]
    replies = [
        [
            m
            for m in run.spoken()
            if m.chat_id == one.chat_id and one.sent_at <= m.sent_at <= one.sent_at + SOON
        ]
        for one in stickers
    ]
    with run.without(next(found[0] for found in replies if len(found) == 1)):
        assert run.faults()[0] == 1

    def add(tx: Connection, house: House) -> None:
        row = tx.execute(select(notes)).first()
        assert row is not None
        sealed = house.keyring.seal(tx, row.client_id, "notes.words/7", "what was no note")
        tx.execute(insert(notes).values({**row._asdict(), "message_id": 7, "words": sealed}))

    assert run.faults(add) == (1, 0)
    lost, twice = run.faults(lambda tx, _: tx.execute(update(notes).values(prompt_id="fit")))
    assert lost >= 1
    assert twice == 0


def test_a_card_that_nobody_can_read_is_lost(run: Run) -> None:
    _, card = next(run.cards())
    versions = [replace(card.versions[0], text="�"), *card.versions[1:]]
    with run.put(replace(card, versions=versions)):
        assert run.faults()[0] >= 1


def test_thanks_that_came_before_the_last_question_are_found(run: Run) -> None:
    _, card = next(run.cards())
    versions = [
        replace(version, text=version.text.replace("\n\n", "○\n\n", 1)) for version in card.versions[:-1]
    ]
    with run.put(replace(card, versions=[*versions, card.versions[-1]])):
        assert run.faults()[0] >= 1


def test_a_summary_on_another_therapists_phone_is_found(run: Run) -> None:
    letter = next(run.letters())
    other = next(one for one in run.people.therapists if one.chat_id != letter.chat_id)
    client = next(one for one in run.people.clients if one.alias in letter.text)
    head = run.house.texts[other.language]["bot/summary/head_first"].format(client=client.alias)
    told = replace(letter.versions[0], text=head)
    message = replace(
        letter, chat_id=other.chat_id, message_id=letter.message_id + 1_000_000, versions=[told]
    )
    with run.put(message):
        assert run.report().breach == 1

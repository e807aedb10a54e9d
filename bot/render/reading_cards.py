"""A summary's last letter as a card: read, answered, and once more shown before it is sent."""

from typing import assert_never

from bot.core.model import DialogueId
from bot.core.reading import ANSWERS, Page, Reading
from bot.render.bodies import Body
from bot.render.buttons import Press
from bot.render.words import Words


def reading_card(words: Words, number: DialogueId, dialogue: Reading) -> Body:
    press = Press(number, dialogue.position)
    cancel = press(words("bot/button/cancel"), "-cancel")
    match dialogue.page:
        case Page.LETTER:
            body = _letter(dialogue)
            body["buttons"] = [[press(words("bot/button/have_read"), "-read")]]
        case Page.READ:
            said = "bot/reading/read_before" if dialogue.known else "bot/reading/read"
            body = _letter(dialogue, words(said, client=dialogue.client), _offered(words, dialogue))
            body["buttons"] = [
                *([press(words(f"bot/button/answer/{answer}"), answer)] for answer in ANSWERS),
                [
                    press(words("bot/button/own_answer"), "-own"),
                    press(words("bot/button/no_answer"), "-none"),
                ],
            ]
        case Page.WRITING:
            body = _letter(dialogue, words("bot/reading/writing", client=dialogue.client))
            body["buttons"] = [[cancel]]
        case Page.PREVIEW:
            # Without the letter: both together may be longer than Telegram takes.
            shown = [words("bot/reading/preview", client=dialogue.client, words=dialogue.words)]
            if dialogue.guardian:
                shown.append(words("bot/reading/guardian_note", client=dialogue.client))
            again = press(words("bot/button/write_again"), "-again")
            body = {"text": "\n\n".join(shown), "protect": True}
            body["buttons"] = [[press(words("bot/button/send"), "-send")], [again, cancel]]
        case Page.DONE:
            body = _letter(dialogue, words("bot/reading/done"))
        case Page.ANSWERED | Page.UNTOLD:
            body = _letter(dialogue, words(f"bot/reading/{dialogue.page}", client=dialogue.client))
        case Page.OLD:
            body = _letter(dialogue)
        case _:
            assert_never(dialogue.page)
    return body


def _letter(dialogue: Reading, *below: str) -> Body:
    return {"text": "\n\n".join((dialogue.text, *below)), "protect": True}


def _offered(words: Words, dialogue: Reading) -> str:
    """The reviewed answers as this client hears them, in the therapist's language."""
    spoken = words.speaking(dialogue.band.voice)
    said = [spoken(f"bot/after/answer/{answer}", therapist=dialogue.therapist) for answer in ANSWERS]
    return words.directed("\n".join(f"• {sentence}" for sentence in said))

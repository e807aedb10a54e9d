"""The therapist's cards about goals: is this what we work on, and what a client said it is."""

from bot.core import agreeing, phrasing
from bot.core.agreeing import Agreeing
from bot.core.model import DialogueId
from bot.core.phrasing import Phrasing
from bot.render.bodies import Body
from bot.render.buttons import Press
from bot.render.words import Words


def agreeing_card(words: Words, number: DialogueId, dialogue: Agreeing) -> Body:
    """It comes without a sound: nothing about a goal is urgent."""
    press = Press(number, dialogue.position)
    if dialogue.page is agreeing.Page.GONE:
        return {"text": words("bot/goal/card/gone")}
    text = words(f"bot/goal/card/{dialogue.page}", client=dialogue.client, words=dialogue.words)
    body: Body = {"text": text, "silent": True, "protect": True}
    if dialogue.page is agreeing.Page.ASKED:
        body["buttons"] = [
            [press(words("bot/button/goal_agree"), "yes")],
            [press(words("bot/button/goal_talk"), "talk")],
        ]
    elif dialogue.page is agreeing.Page.TALK_FIRST:
        body["buttons"] = [[press(words("bot/button/goal_agreed_now"), "yes")]]
    return body


def phrasing_card(words: Words, number: DialogueId, dialogue: Phrasing) -> Body:
    press = Press(number, dialogue.position)
    cancel = press(words("bot/button/cancel"), "-cancel")
    values = {"client": dialogue.client, "words": dialogue.words}
    body: Body = {"text": words(f"bot/goal/write/{dialogue.page}", **values), "protect": True}
    if dialogue.page is phrasing.Page.WORDS:
        body["buttons"] = [[cancel]]
    elif dialogue.page is phrasing.Page.REVIEW:
        back = press(words("bot/button/back"), "-back")
        body["buttons"] = [[press(words("bot/button/goal_keep"), "-keep")], [back, cancel]]
    return body

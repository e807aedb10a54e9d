"""The pages of a check-in. On its outside nothing is private: it may show on a locked screen."""

from typing import assert_never

from bot.core import asking, checkin, later, sharing
from bot.core.checkin import CheckIn, Page
from bot.core.model import DONT_KNOW, HELPS, RAISES, SKIP, DialogueId, PromptSet
from bot.render.bodies import Body, Button
from bot.render.buttons import Press, mark
from bot.render.share_cards import Shown, answer_text, question_text, share_page, values_of
from bot.render.words import Words


def check_in(words: Words, script: PromptSet, number: DialogueId, dialogue: CheckIn, shown: Shown) -> Body:
    """The check-in's card. ``shown`` are the client's own words that the page needs."""
    press = Press(number, dialogue.position)
    match dialogue.page:
        case Page.COVER | Page.LATER | Page.WHY | Page.SNOOZED | Page.HANDOVER:
            return _outside(words, press, dialogue)
        case Page.QUESTION | Page.HELP | Page.RAISE:
            return _took(words, script, press, dialogue, _asked(words, script, press, dialogue, shown))
        case Page.NOTE | Page.SHARE | Page.ANSWER | Page.TOPIC:
            return _took(words, script, press, dialogue, share_page(words, script, press, dialogue, shown))
        case Page.DONE | Page.CLOSED:
            return _ended(words, script, press, dialogue)
        case _:
            assert_never(dialogue.page)


def _outside(words: Words, press: Press, dialogue: CheckIn) -> Body:
    open_, why = press(words("bot/button/open"), checkin.OPEN), press(words("bot/button/why"), later.WHY)
    back, put_off = (
        press(words("bot/button/back"), checkin.BACK),
        press(words("bot/button/later"), later.LATER),
    )
    values = values_of(words, dialogue)
    match dialogue.page:
        case Page.LATER:
            rows = [
                [press(words(f"bot/later/{name}", time=words.time(moment.time())), name)]
                for name, moment in later.local_offers(dialogue)
            ]
            if rows:
                text = words("bot/later/ask")
            else:
                until = later.local(dialogue, dialogue.expires_at)
                text = words("bot/later/none", day=words.day(until), time=words.time(until.time()))
            reasons = [[why]] if dialogue.about.why is not None else []
            leave_out = press(words("bot/later/leave_out"), later.LEAVE_OUT)
            return {"text": text, "buttons": [*rows, [leave_out], *reasons, [back]]}
        case Page.WHY:
            return {"text": why_text(words, dialogue.about.why), "buttons": [[back]]}
        case Page.SNOOZED:
            until = later.local(dialogue, dialogue.snoozed_until or dialogue.expires_at)
            text = words("bot/later/snoozed", day=words.day(until), time=words.time(until.time()))
            return {"text": text, "buttons": [[open_], [put_off]]}
        case Page.HANDOVER:
            here = press(words("bot/button/here", client=dialogue.about.client), asking.HERE)
            rows = [[here], [put_off]] if dialogue.waits else [[here]]
            return {"text": words("bot/check_in/handover", **values), "buttons": rows}
        case _:
            text = "bot/check_in/cover_for" if dialogue.about.guardian else "bot/check_in/cover"
            plainly = f"\n\n{words('bot/check_in/plainly')}" if dialogue.about.plainly else ""
            return {"text": words(text, **values) + plainly, "buttons": [[open_], [put_off]]}


def why_text(words: Words, why: checkin.Why | None) -> str:
    """ "On Thursday at 18:30, as you chose on 3 May; the next one comes …"."""
    if why is None:
        return words("bot/why/own")
    moments = {"day": words.day(why.due), "time": words.time(why.due.time())}
    moments |= {"next_day": words.day(why.following), "next_time": words.time(why.following.time())}
    if why.chosen_at is None:
        return words("bot/why/agreed", **moments)
    return words(f"bot/why/{why.chosen_by}", chosen=words.short_day(why.chosen_at), **moments)


def _asked(words: Words, script: PromptSet, press: Press, dialogue: CheckIn, shown: Shown) -> Body:
    back = press(words("bot/button/back"), checkin.BACK)
    band, values = f"{script.id}/band/{dialogue.about.band}", values_of(words, dialogue)
    match dialogue.page:
        case Page.HELP:
            given = dialogue.answers.get(f"{dialogue.prompt}.help")
            rows = [[press(mark(words(f"{band}/helps/{help_}"), help_, given), help_)] for help_ in HELPS]
            return {"text": words(f"{band}/help", **values), "buttons": [*rows, [back]]}
        case Page.RAISE:
            rows = [[press(words(f"{band}/raises/{choice}"), choice)] for choice in RAISES]
            return {"text": words(f"{band}/raise", **values), "buttons": [*rows, [back]]}
        case _:
            return _question(words, script, press, dialogue, shown)


def _question(words: Words, script: PromptSet, press: Press, dialogue: CheckIn, shown: Shown) -> Body:
    band, prompt = dialogue.about.band, dialogue.prompt
    scale, given = script.scale(band), dialogue.answers.get(prompt)
    progress = "●" * (dialogue.index + 1) + "○" * (len(dialogue.plan) - dialogue.index - 1)
    question = question_text(words, script, dialogue, shown)
    steps = []
    for option in scale.options:
        label = words(f"{script.id}/scale/{scale.id}/{option.id}")
        steps.append(press(mark(f"{option.face} {label}".strip(), option.id, given), option.id))
    rows = [steps[at : at + scale.columns] for at in range(0, len(steps), scale.columns)]
    unsure = press(mark(words("bot/button/dont_know"), DONT_KNOW, given), DONT_KNOW)
    rows.append([unsure, press(mark(words("bot/button/skip"), SKIP, given), SKIP)])
    if (given is not None) if dialogue.reviewing else dialogue.index > 0:
        rows.append([press(words("bot/button/back"), checkin.BACK)])
    return {"text": f"{words.directed(progress)}\n\n{question}", "buttons": rows}


def _took(words: Words, script: PromptSet, press: Press, dialogue: CheckIn, body: Body) -> Body:
    """The page, and above it what was understood of typed words, to be undone if that was wrong."""
    if not dialogue.took:
        return body
    answer = answer_text(words, script, dialogue, dialogue.took)
    undo: list[Button] = [press(words("bot/button/undo"), asking.UNDO)]
    text = f"{words('bot/check_in/took', answer=answer)}\n\n{body['text']}"
    return {**body, "text": text, "buttons": [*body.get("buttons", []), undo]}


def _ended(words: Words, script: PromptSet, press: Press, dialogue: CheckIn) -> Body:
    about, values = dialogue.about, values_of(words, dialogue)
    may_change = bool(dialogue.answers) and dialogue.changes_until is not None and not about.guardian
    body: Body
    if dialogue.page is Page.DONE:
        parts = [words(f"{script.id}/band/{about.band}/thanks", **values), words("bot/check_in/not_live")]
        if about.guardian:
            parts.insert(1, words("bot/check_in/give_back"))
        body = {"text": "\n\n".join(parts)}
    else:
        state = "rested" if dialogue.rested else "partly" if dialogue.answers else "closed"
        parts = [words(f"bot/check_in/{state}", therapist=about.therapist)]
        if may_change:
            parts.append(words("bot/check_in/may_change", therapist=about.therapist))
        body = {"text": "\n\n".join(parts)}
    if may_change:
        body["buttons"] = [[press(words("bot/button/look_again"), sharing.AGAIN)]]
    return body

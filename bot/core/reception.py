"""What somebody hears who comes with a command, or with words that belong to no open dialogue."""

from enum import StrEnum
from typing import assert_never

from bot.core.effects import (
    Begin,
    Conceal,
    Effect,
    Greet,
    Hint,
    MarkReachable,
    Refuse,
    Revise,
    Say,
    ShowPolicy,
    Start,
)
from bot.core.events import (
    Blocked,
    Commanded,
    Edited,
    Intruded,
    Returned,
    SentOther,
    Tapped,
    TappedNothing,
    Wrote,
)  # fmt: skip
from bot.core.menu_state import COMMANDS

FromOutside = Commanded | Wrote | Edited | SentOther | Tapped | TappedNothing | Blocked | Returned | Intruded


class Role(StrEnum):
    STRANGER = "stranger"
    CLIENT = "client"
    THERAPIST = "therapist"


def receive(role: Role, event: FromOutside, *, shared: bool, stopped: bool) -> tuple[Effect, ...]:
    """What to do about an event that no open dialogue takes. On a phone that children share, too, nothing
    that was typed stays in the chat: it may be a child's. Whoever has ``stopped`` hears how to begin again,
    and of nothing that they cannot have."""
    said = f"bot/{role}/{'words_stopped' if stopped else 'words'}"
    written = role is Role.CLIENT
    match event:
        case Commanded(name="start", argument=token, language_code=tag) if token:
            return (Start(token, tag),)
        case Commanded(name=name):
            return _command(role, name, stopped)
        case Wrote(message_id=message_id) if shared:
            return (Say(said, receipt=written), Conceal(message_id))
        case Wrote():
            return (Say(said, receipt=written),)
        case SentOther(message_id=message_id) if shared:
            return (Say(f"bot/{role}/other", receipt=written), Conceal(message_id))
        case SentOther():
            return (Say(f"bot/{role}/other", receipt=written),)
        case Tapped() | TappedNothing():
            return (Hint("bot/hint/unknown"),)
        case Blocked():
            return (MarkReachable(False),)
        case Returned():
            return (MarkReachable(True),)
        case Intruded():
            return (Refuse(),)
        case Edited(text=words, message_id=message_id):
            # The last line of a check-in closes it, and is what people put right most.
            return (Revise(words, message_id),) if role is Role.CLIENT else ()
        case _:
            assert_never(event)


def _command(role: Role, name: str, stopped: bool) -> tuple[Effect, ...]:
    match name, role:
        case "start", Role.CLIENT:
            return (Greet(),)
        case "start", _:
            return (Say(f"bot/{role}/hello"),)
        case "help", Role.CLIENT:
            return (Begin("help"),)
        case "help", Role.THERAPIST:
            return (Say("bot/help/therapist"),)
        case "help", Role.STRANGER:
            return (Say("bot/help/stranger"),)
        case "privacy", _:
            return (ShowPolicy(),)
        case "checkin", Role.CLIENT:
            return (Begin("check_in"),)
        case "answers", Role.CLIENT:
            return (Begin("answers"),)
        case "later", Role.CLIENT:
            return (Say("bot/client/stopped" if stopped else "bot/client/nothing_open"),)
        case _, Role.CLIENT if name in COMMANDS:
            return (Begin("menu", COMMANDS[name]),)
        case "invite", Role.THERAPIST:
            return (Begin("inviting"),)
        case "summary", Role.THERAPIST:
            return (Begin("summary"),)
        case "goal", Role.THERAPIST:
            return (Begin("goal"),)
        case _:
            return (Say(f"bot/{role}/unknown"),)

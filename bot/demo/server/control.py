"""For other processes: every act of a person, every failure and everything that was seen, as JSON.

``POST /control/<name>`` with an object; the answer is ``{"ok": true, "result": …}``.
"""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, Protocol, runtime_checkable

from bot.demo.server.faults import Failure, Fault
from bot.demo.server.state import State
from bot.demo.server.things import Json, Message


@runtime_checkable
class Jumping(Protocol):
    """A clock that can be put on."""

    def jump(self, seconds: float) -> None: ...


class Controls:
    def __init__(self, state: State, pause_for: Callable[[float], None]) -> None:
        self._state = state
        self._pause_for = pause_for

    async def act(self, what: str, given: Any) -> object:
        """The result, ready for JSON; LookupError if there is no such act."""
        if what == "pause":
            self._pause_for(float(given["seconds"]))
            return True
        if what == "wait":
            return await self._state.changed(int(given["since"]), float(given.get("seconds", 30)))
        if what not in _ACTS:
            known = ", ".join(sorted([*_ACTS, "pause", "wait"]))
            raise LookupError(f"there is no control {what!r}; there are {known}")
        return _ACTS[what](self._state, given)


def _person(state: State, given: Json) -> object:
    return asdict(state.person(**given))


def _persons(state: State, given: Json) -> object:
    return [_person(state, one) for one in given["persons"]]


def _write(state: State, given: Json) -> object:
    return _shown(state.write(**given))


def _writes(state: State, given: Json) -> object:
    written = [state.write(**one) for one in given["writes"]]
    return [{"message_id": message.message_id, "update_id": message.update_id} for message in written]


def _start(state: State, given: Json) -> object:
    return _shown(state.start(**given))


def _tap(state: State, given: Json) -> object:
    return _plain(asdict(state.tap(**given)))


def _taps(state: State, given: Json) -> object:
    return [_tap(state, one) for one in given["taps"]]


def _send(state: State, given: Json) -> object:
    given = given | {"content": bytes.fromhex(given.get("content", ""))}
    return _shown(state.send(**given))


def _edit(state: State, given: Json) -> object:
    return _shown(state.edit(**given))


def _block(state: State, given: Json) -> object:
    state.block(**given)
    return True


def _unblock(state: State, given: Json) -> object:
    state.unblock(**given)
    return True


def _deactivate(state: State, given: Json) -> object:
    state.deactivate(**given)
    return True


def _group(state: State, given: Json) -> object:
    return state.group(**given).as_chat()


def _write_in_group(state: State, given: Json) -> object:
    return _shown(state.write_in_group(**given))


def _inject(state: State, given: Json) -> object:
    return state.inject(given["update"])


def _repeat(state: State, given: Json) -> object:
    return state.repeat(given["update_id"], fresh=bool(given.get("fresh", False)))


def _fault(state: State, given: Json) -> object:
    """``{failure, after?, status?, …, methods?: [], times?: 1}``, or ``probability`` and ``seed``."""
    rest = dict(given)
    methods, times = rest.pop("methods", []), rest.pop("times", 1)
    probability, seed = rest.pop("probability", None), rest.pop("seed", None)
    fault = Fault(**rest | {"failure": Failure(rest["failure"])})
    if probability is None:
        state.faults.next(fault, *methods, times=times)
    else:
        state.faults.sometimes(fault, probability, *methods, seed=seed)
    return True


def _faults(state: State, given: Json) -> object:
    if given.get("clear"):
        state.faults.clear()
    happened = [{"method": method} | asdict(fault) for method, fault in state.faults.happened]
    return {"left": state.faults.left, "happened": happened}


def _journal(state: State, given: Json) -> object:
    """From the ``since``-th entry on, counted from 0."""
    return [_plain(asdict(call)) for call in state.journal[int(given.get("since", 0)) :]]


def _toasts(state: State, given: Json) -> object:
    return [_plain(asdict(toast)) for toast in state.toasts[int(given.get("since", 0)) :]]


def _chats(state: State, given: Json) -> object:
    """Each person, and how many messages their chat holds."""
    return [
        asdict(person) | {"messages": len(state.messages.get(person.id, {}))}
        for person in state.people.values()
    ]


def _messages(state: State, given: Json) -> object:
    """One chat's, in order, from those numbered above ``since`` on; deleted ones too."""
    since = int(given.get("since", 0))
    return [_shown(message) for message in state.chat(given["chat_id"]) if message.message_id > since]


def _waiting(state: State, given: Json) -> object:
    return state.updates.count(state.now())


def _clock(state: State, given: Json) -> object:
    """What time it is, after putting the clock on by ``jump`` seconds."""
    if "jump" in given:
        if not isinstance(state.clock, Jumping):
            raise ValueError("this clock cannot jump")
        state.clock.jump(float(given["jump"]))
    return state.now().isoformat()


def _limits(state: State, given: Json) -> object:
    state.rates.enforced = bool(given["enforced"])
    return True


def _identity(state: State, given: Json) -> object:
    return {"token": state.token, "version": state.version} | state.me


_ACTS: Final[dict[str, Callable[[State, Json], object]]] = {
    "person": _person,
    "persons": _persons,
    "write": _write,
    "writes": _writes,
    "start": _start,
    "tap": _tap,
    "taps": _taps,
    "send": _send,
    "edit": _edit,
    "block": _block,
    "unblock": _unblock,
    "deactivate": _deactivate,
    "group": _group,
    "write_in_group": _write_in_group,
    "inject": _inject,
    "repeat": _repeat,
    "fault": _fault,
    "faults": _faults,
    "journal": _journal,
    "toasts": _toasts,
    "chats": _chats,
    "messages": _messages,
    "waiting": _waiting,
    "clock": _clock,
    "limits": _limits,
    "identity": _identity,
}


def _shown(message: Message) -> Json:
    """A message as Telegram's JSON, and beside it what only we know."""
    return message.as_json() | {
        "by_bot": message.by_bot,
        "silent": message.silent,
        "protected": message.protected,
        "deleted_at": message.deleted_at.isoformat() if message.deleted_at else None,
        "versions": [_plain(asdict(version)) for version in message.versions],
        "file_id": message.file_id,
        "update_id": message.update_id,
    }


def _plain(entry: Json) -> Json:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in entry.items()
    }

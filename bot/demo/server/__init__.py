"""A stand-in for Telegram: the Bot API over HTTP on one side, people with phones on the other."""

from bot.demo.server.app import Server, serve
from bot.demo.server.faults import Failure, Fault, Faults, flood, refuse
from bot.demo.server.limits import Clock
from bot.demo.server.memory import TOKEN
from bot.demo.server.profile import commands_in
from bot.demo.server.state import State
from bot.demo.server.things import Call, Impossible, Message, Person, Press, Toast

__all__ = [
    "TOKEN",
    "Call",
    "Clock",
    "Failure",
    "Fault",
    "Faults",
    "Impossible",
    "Message",
    "Person",
    "Press",
    "Server",
    "State",
    "Toast",
    "commands_in",
    "flood",
    "refuse",
    "serve",
]

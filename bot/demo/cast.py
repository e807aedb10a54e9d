"""Who plays in the demo, and how they have met before it begins. All of them are invented."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from bot.content.languages import base_language
from bot.core.model import Band
from bot.demo.stage import Stage
from bot.render.words import local

THERAPIST: Final = 1001
CLIENT: Final = 2001

THERAPISTS: Final = {"ar": "د.\u00a0ليندا"}
THERAPIST_ELSEWHERE: Final = "Dr.\u00a0Linde"  # not parted at the end of a line, least of all in Arabic
CLIENTS: Final = {"ar": "ليلى"}
CLIENT_ELSEWHERE: Final = "Mila"

# The check-in comes tomorrow evening and the session two days later, so a week is played in minutes, and
# there is time for a reminder.
CHECK_IN: Final = timedelta(days=1), time(18)
SESSION: Final = timedelta(days=3), time(16)


@dataclass(frozen=True, slots=True)
class Casting:
    """How old the client is, and who speaks what."""

    band: Band
    language: str
    therapist_language: str

    @property
    def client(self) -> str:
        return CLIENTS.get(base_language(self.language), CLIENT_ELSEWHERE)

    @property
    def therapist(self) -> str:
        return THERAPISTS.get(base_language(self.therapist_language), THERAPIST_ELSEWHERE)


async def introduce(stage: Stage, casting: Casting) -> None:
    """The therapist joins, invites the client and says that it was the right person."""
    zone = stage.bot.house.clinic.zone
    today = local(stage.clock.now(), zone).date()
    await stage.therapist(THERAPIST, casting.therapist, casting.therapist_language, zone)
    await stage.client(
        THERAPIST,
        CLIENT,
        alias=casting.client,
        band=casting.band,
        language=casting.language,
        zone=zone,
        session_day=(today + SESSION[0]).weekday(),
        session_at=SESSION[1],
        check_in_day=(today + CHECK_IN[0]).weekday(),
        check_in_at=CHECK_IN[1],
    )

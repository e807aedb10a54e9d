"""Who plays in the demo, and how they have met before it begins. All of them are invented."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final, Literal

from bot.content.languages import base_language
from bot.core.model import Band
from bot.demo.stage import Stage
from bot.render.words import local

THERAPIST: Final = 1001
ON_CALL: Final = 1002  # whoever the clinic names in [alerts], if it names anybody
CLIENT: Final = 2001  # or a parent, whose phone it is then

THERAPISTS: Final = {"ar": "د.\u00a0ليندا"}
THERAPIST_ELSEWHERE: Final = "Dr.\u00a0Linde"  # not parted at the end of a line, least of all in Arabic
CLIENTS: Final = {"ar": ("ليلى", "نور")}
CLIENTS_ELSEWHERE: Final = ("Mila", "Kim")
PARENTS: Final = {"ar": "سلمى"}
PARENT_ELSEWHERE: Final = "Anna"

# What somebody writes to see who is called then: found in each language, as one kind of danger and no other.
ALARMING: Final = {"ar": "لا أريد أن أعيش بعد الآن", "de": "Ich will nicht mehr leben"}
ALARMING_ELSEWHERE: Final = "I don't want to live any more"  # every list looks at every text

FAMILY: Final = "family"
Who = Band | Literal["family"]  # one client of this age, or two children and their parent's phone
CHILDREN: Final = (Band.B06, Band.B09)  # of the family

# The check-in comes tomorrow evening and the session two days later, so a week is played in minutes, and
# there is time for a reminder. The second child is asked a day later.
CHECK_IN: Final = timedelta(days=1), time(18)
SESSION: Final = timedelta(days=3), time(16)
APART: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Casting:
    """How old the client is, or that it is a family, and who speaks what."""

    who: Who
    language: str
    therapist_language: str

    @property
    def clients(self) -> tuple[tuple[str, Band], ...]:
        """Their names and bands, in the order in which they are asked."""
        bands = CHILDREN if self.who == FAMILY else (Band(self.who),)
        return tuple(zip(CLIENTS.get(base_language(self.language), CLIENTS_ELSEWHERE), bands, strict=False))

    @property
    def parent(self) -> str:
        """Whose phone it is, where the clinic's rule lends clients of that age a grown-up's."""
        return PARENTS.get(base_language(self.language), PARENT_ELSEWHERE)

    @property
    def therapist(self) -> str:
        return THERAPISTS.get(base_language(self.therapist_language), THERAPIST_ELSEWHERE)

    @property
    def alarming(self) -> str:
        """A sentence of the client's that the lists of danger find."""
        return ALARMING.get(base_language(self.language), ALARMING_ELSEWHERE)


async def introduce(stage: Stage, casting: Casting) -> None:
    """The therapist joins, and who is on call; then each client, and the therapist says that it was them."""
    clinic = stage.bot.house.clinic
    zone = clinic.zone
    today = local(stage.clock.now(), zone).date()
    await stage.therapist(THERAPIST, casting.therapist, casting.therapist_language, zone)
    if clinic.answering is not None:
        await stage.therapist(ON_CALL, clinic.answering.on_call, casting.therapist_language, zone)
    for number, (alias, band) in enumerate(casting.clients):
        day = today + number * APART
        await stage.client(
            THERAPIST,
            CLIENT,
            alias=alias,
            band=band,
            language=casting.language,
            zone=zone,
            session_day=(day + SESSION[0]).weekday(),
            session_at=SESSION[1],
            check_in_day=(day + CHECK_IN[0]).weekday(),
            check_in_at=CHECK_IN[1],
        )

"""What the bot knows besides the database: its content, its keys and its name. Read once at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.content.clinic import Clinic
from bot.core.caseload import Offer
from bot.core.danger import DangerList
from bot.core.helplines import Helplines
from bot.core.model import Band, ChatId, Forms, PromptSet
from bot.core.typed import TypedWords
from bot.render.words import Words
from bot.storage.keys import Keyring


@dataclass(frozen=True, slots=True)
class House:
    """``texts`` holds, for each language offered, every sentence of the bot and its prompt sets; ``wordless``
    are the sets without any free words. ``forms`` says what clients may choose of address and grammatical
    form, ``typed`` what they type instead of tapping, ``policies`` what the clinic says about privacy,
    ``danger`` every language's phrases of danger: they are read while the bot starts, and nobody's words are
    looked at before they are there.

    ``refused`` remembers, in memory only, which groups were told today that we do not talk there.
    """

    clinic: Clinic
    prompt_sets: Mapping[str, PromptSet]
    wordless: Mapping[str, PromptSet]
    texts: Mapping[str, Mapping[str, str]]
    offer: Offer
    forms: Mapping[tuple[str, Band], Forms]
    typed: Mapping[str, tuple[TypedWords, ...]]
    policies: Mapping[str, str]
    helplines: Helplines
    danger: list[DangerList]
    keyring: Keyring
    bot_name: str
    refused: dict[ChatId, date] = field(default_factory=dict)

    def words(self, language: str) -> Words:
        """Words in this language, or in the clinic's first one if it is no longer offered."""
        known = language if language in self.texts else self.clinic.languages[0]
        return Words(known, self.texts[known], territory=self.clinic.country)

    def screens(self, language: str) -> bool:
        """Whether a person has reviewed the phrases of danger in this language."""
        plain = language.partition("_")[0]
        return any(one.reviewed and one.language == plain for one in self.danger)

    def spoken_to(self, band: Band) -> Mapping[str, Forms]:
        """The languages that are offered for a band, each with what may be chosen in it."""
        return {language: self.forms[language, band] for language in self.offer.languages.get(band, ())}

    def link(self, token: str) -> str:
        return f"https://t.me/{self.bot_name}?start={token}"

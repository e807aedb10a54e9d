"""What can be wrong in the words themselves, in the source and in its translation."""

import re
import zlib

from bot.content.problems import Rule
from tests.broken import (
    AR_SET,
    CLINIC,
    DE,
    DE_SET,
    EN,
    SET,
    Broken,
    Said,
    broken,
    done,
    replaced,
    says,
    source_says,
    translated,
)

KEY, LABEL = "starter/heard/b06/question", "starter/scale/five_words/somewhat"
THANKS, OVER = "starter/band/b06/thanks", "bot/check_in/closed/child"
GOAL, ASKED = "starter/band/b06/goal", r"Is this closer now?\n{goal}"
SOMEWHAT = 'value = 3, label = "Somewhat"'


def words(name: str, key: str, new: str, rule: Rule, said: str) -> Broken:
    """One German text says something else."""
    file = DE if key.startswith("bot/") else DE_SET
    return broken(name, says(file, key, new), Said(rule, file, key, said))


def source(name: str, old: str, new: str, key: str, rule: Rule, said: str, *more: Said) -> Broken:
    """One text of the set's author says something else, so that its translation is old."""
    old_now = Said(Rule.STALE, DE_SET, key, "its source has changed")
    return broken(name, replaced(SET, old, new), Said(rule, SET, new, said), old_now, *more)


def hidden(name: str, new: str, rule: Rule, said: str) -> Broken:
    return words(name, KEY, f"Did {{therapist}} {new} listen?", rule, said)


PLACEHOLDERS = (
    words("an unknown placeholder", KEY, "{therapist}, {nam}?", Rule.PLACEHOLDER, "Possible here: {thera"),
    words("a placeholder lost", KEY, "Did they listen?", Rule.PLACEHOLDER, "{therapist} is missing"),
    words("a placeholder too many", THANKS, "Thanks {therapist}, {day}.", Rule.PLACEHOLDER, "no {day} here"),
    words("a placeholder on a button", LABEL, "A {day}", Rule.PLACEHOLDER, "nothing is filled in here"),
    words("a conversion", KEY, "Did {therapist!r}?", Rule.PLACEHOLDER_FORM, "{therapist!r} is no plain"),
    words("a form", KEY, "Did {therapist:>9}?", Rule.PLACEHOLDER_FORM, "{therapist:>9} is no plain"),
    words("part of a placeholder", KEY, "{therapist} {day.x}?", Rule.PLACEHOLDER_FORM, "{day.x} is no plain"),
    words("a number in braces", KEY, "{therapist}, {0}?", Rule.PLACEHOLDER_FORM, "{0} is no plain"),
    words("nothing in braces", KEY, "{therapist}, {}?", Rule.PLACEHOLDER_FORM, "nothing but a name"),
    words("a lone brace", KEY, "Did {therapist listen?", Rule.PLACEHOLDER_FORM, "with both braces"),
    words("a lone closing brace", KEY, "Did therapist} listen?", Rule.PLACEHOLDER_FORM, "no partner"),
    source("an author's unknown placeholder", "Thank you. {therapist} will read this before you meet.",
           "Thank you, {name}.", THANKS, Rule.PLACEHOLDER, "{clinic}, {day}, {therapist}, {time}",
           Said(Rule.PLACEHOLDER, DE_SET, THANKS, "{name} is missing"),
           Said(Rule.PLACEHOLDER, DE_SET, THANKS, "no {therapist} here")),
    source("a placeholder on an author's button", SOMEWHAT, 'value = 3, label = "A {day}"', LABEL,
           Rule.PLACEHOLDER, "nothing is filled in here",
           Said(Rule.PLACEHOLDER, DE_SET, LABEL, "{day} is missing")),
    words("a goal lost", GOAL, "Is this closer now?", Rule.PLACEHOLDER, "{goal} is missing"),
    words("a goal beside words", GOAL, "Closer to {goal}?", Rule.PLACEHOLDER_FORM, r"Write \n between them"),
    source("an author's goal lost", f'goal = "{ASKED}"', 'goal = "Is this closer now?"', GOAL,
           Rule.PLACEHOLDER, "in a line of its own", Said(Rule.PLACEHOLDER, DE_SET, GOAL, "no {goal} here")),
    source("an author's goal that knows a name", f'goal = "{ASKED}"', r'goal = "{client}?\n{goal}"', GOAL,
           Rule.PLACEHOLDER, "Possible here: {goal}",
           Said(Rule.PLACEHOLDER, DE_SET, GOAL, "{client} is missing")),
    words("a command lost", OVER, "It is over.", Rule.COMMAND, "the command /checkin is missing"),
    words("a command too many", OVER, "Over. Send /checkin or /more.", Rule.COMMAND, "/more is no command"),
)  # fmt: skip

LENGTHS = (
    words("a question too long", KEY, f"Did {{therapist}} {'o' * 50}?", Rule.TEXT_LENGTH, "at most 60"),
    words("no room for a goal", GOAL, r"Is this much closer?\n{goal}", Rule.TEXT_LENGTH, "at most 26"),
    words("a sentence too long", KEY, "Did {therapist} a b c d e f g?", Rule.WORDS_PER_SENTENCE, "9 words"),
    words("a label too long", LABEL, "o" * 31, Rule.LABEL_LENGTH, "31 characters; this button has"),
    words("a label too long beside a face", "starter/scale/two_faces/no", "o" * 19, Rule.LABEL_LENGTH, "18"),
    words("a choice too long", "starter/band/b09/helps/slower", "o" * 21, Rule.LABEL_LENGTH, "at most 20"),
    words("a button of the bot too long", "bot/button/skip/child", "o" * 21, Rule.LABEL_LENGTH, "at most 20"),
    words("more than fits a profile", "bot/profile/short", "Hi. " * 31, Rule.TEXT_LENGTH, "room for 120"),
    words("more than fits a message", "bot/away", "Hi. " * 751, Rule.TEXT_LENGTH, "room for 3000"),
    source("an author's question too long", '"Did {therapist} listen to you last time?"',
           f'"Did {{therapist}} {"o" * 50}?"', KEY, Rule.TEXT_LENGTH, "Say it shorter"),
    source("an author's sentence too long", '"Did {therapist} listen to you last time?"',
           '"Did {therapist} a b c d e f g?"', KEY, Rule.WORDS_PER_SENTENCE, "Make two sentences of it"),
    source("an author's label too long", SOMEWHAT, f'value = 3, label = "{"o" * 31}"', LABEL,
           Rule.LABEL_LENGTH, "at most 30"),
)  # fmt: skip

EQUAL = (
    words("two equal labels", LABEL, "a  LITTLE", Rule.EQUAL_LABELS, "five_words/a_little"),
    words("a label like Skip", LABEL, "Skip", Rule.EQUAL_LABELS, "bot/button/skip beside"),
    words("a choice like Back", "starter/band/b09/raises/not_now", "Back", Rule.EQUAL_LABELS, "button/back"),
    words("yes like no", "bot/button/decline/teen", "Yes, I agree", Rule.EQUAL_LABELS, "button/agree"),
    words("two equal ages", "bot/band/b13", "9–12 years", Rule.EQUAL_LABELS, "bot/band/b09"),
    broken("Skip like a label", says(DE, "bot/button/skip/child", "No"),
           Said(Rule.EQUAL_LABELS, DE_SET, "starter/scale/two_faces/no", "bot/button/skip beside")),
    source("an author's label like Skip", SOMEWHAT, 'value = 3, label = "Skip"', LABEL, Rule.EQUAL_LABELS,
           "bot/button/skip beside"),
    broken("an author's labels alike", replaced(SET, SOMEWHAT, 'value = 3, label = "A little"'),
           Said(Rule.EQUAL_LABELS, SET, 'value = 3, label = "A little"', "says the same as starter/scale"),
           Said(Rule.STALE, DE_SET, LABEL, "A little")),
)  # fmt: skip

CHARACTERS = (
    hidden("a turn of direction", "\u202e", Rule.HIDDEN_CHARACTER, "U+202E (it turns the direction"),
    hidden("a mark of direction", "\u200f", Rule.HIDDEN_CHARACTER, "U+200F (the bot adds it"),
    hidden("an isolate", "\u2067", Rule.HIDDEN_CHARACTER, "U+2067 (the bot adds it"),
    hidden("a space of no width", "\u200b", Rule.HIDDEN_CHARACTER, "U+200B (nobody can see it"),
    hidden("a byte-order mark", "\ufeff", Rule.HIDDEN_CHARACTER, "U+FEFF (nobody can see it"),
    hidden("a soft hyphen", "\u00ad", Rule.HIDDEN_CHARACTER, "U+00AD (nobody can see it"),
    hidden("a separator of lines", "\u2028", Rule.HIDDEN_CHARACTER, "U+2028 (nobody can see it"),
    hidden("a letter that is empty", "\u3164", Rule.HIDDEN_CHARACTER, "U+3164 (nobody can see it"),
    hidden("a tabulator", "\\t", Rule.HIDDEN_CHARACTER, "U+0009 (nobody can see it"),
    hidden("a bell", "\x07", Rule.HIDDEN_CHARACTER, "U+0007 (nobody can see it"),
    hidden("a private character", "\ue000", Rule.HIDDEN_CHARACTER, "U+E000 (nobody can see it"),
    hidden("a letter that was lost", "\ufffd", Rule.HIDDEN_CHARACTER, "U+FFFD (it stands for a letter"),
    hidden("a letter and its mark apart", "a\u0308", Rule.NORMAL_FORM, "stored apart: ä. Type these"),
    words("a button with two lines", LABEL, "A\\nbit", Rule.HIDDEN_CHARACTER, "Write it in one line"),
    words("a button without a word", LABEL, "👍", Rule.FACE, "An emoji always stands beside a word"),
    words("an exclamation mark in a safety text", "bot/check_in/not_live/child",
          "Nobody reads along! If you need help, send /help.", Rule.EXCLAMATION, "Write a full stop"),
    broken("an exclamation mark in the English help",
           source_says("bot/help/stranger", "Call {emergency}! {clinic} {phone}"),
           Said(Rule.EXCLAMATION, EN, "bot/help/stranger", "Write a full stop"),
           Said(Rule.STALE, DE, "bot/help/stranger", "its source has changed")),
    source("a hidden character in a source", SOMEWHAT, 'value = 3, label = "So\u200bmewhat"', LABEL,
           Rule.HIDDEN_CHARACTER, "U+200B"),
    words("letters of another script", KEY, "Слушал {therapist}?", Rule.SCRIPT, "the script of German"),
)  # fmt: skip


def in_arabic(source: str) -> str:
    """Some Arabic letters, others for each source, and what must be in it."""
    source = source.replace("\\n", " ")
    letters = "".join(chr(0x628 + int(digit, 16)) for digit in f"{zlib.crc32(source.casefold().encode()):x}")
    said = " ".join((letters, *re.findall(r"{[a-z_]+}|(?<![a-z])/[a-z]+", source)))
    return f'"{said.replace(" {goal}", chr(92) + "n{goal}")}"'


def arabic(name: str, key: str, text: str, *said: Said) -> Broken:
    """A third language is offered, and one of its texts says something else."""
    offered = replaced(CLINIC, 'languages = ["en", "de"]', 'languages = ["en", "de", "ar"]')
    return broken(
        name, done(offered, lambda home: translated(home, "ar", in_arabic), says(AR_SET, key, text)), *said
    )


ARABIC = (
    arabic("nothing wrong in Arabic", LABEL, "قليلا"),
    arabic("names and commands in Latin letters", KEY, "Telegram {therapist} /help ماذا",
           Said(Rule.COMMAND, AR_SET, KEY, "/help is no command")),
    arabic("a text left in English", KEY, "Did {therapist} listen?",
           Said(Rule.SCRIPT, AR_SET, KEY, "the script of Arabic. Translate it")),
    arabic("a letter that only stretches", LABEL, "قلـيلا",
           Said(Rule.HIDDEN_CHARACTER, AR_SET, LABEL, "U+0640 (it only stretches")),
    arabic("a sentence too long, with Arabic marks", KEY, "ا ا؟ ا ا ا ا ا ا ا {therapist} ا؟",
           Said(Rule.WORDS_PER_SENTENCE, AR_SET, KEY, "has 9 words")),
)  # fmt: skip

CASES = (*PLACEHOLDERS, *LENGTHS, *EQUAL, *CHARACTERS, *ARABIC)

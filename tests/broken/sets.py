"""What can be wrong in a prompt set, before its words are judged."""

import re
import shutil
from pathlib import Path

from bot.content.problems import Rule, Severity
from bot.core.model import HELPS, RAISES, Band, Element
from tests.broken import CLINIC, DE_SET, SET, Broken, Change, Said, broken, done, moved, replaced

NO = '{ id = "no", value = 1, face = "🙁", label = "No" }'
YES = '{ id = "yes", value = 2, face = "🙂", label = "Yes" }'
LOW, LOW_THREE = 'low = ["no"]', 'low = ["not_really", "a_bit"]'
HEARD = 'id = "heard"\nelement = "heard"'
LONG_TEXT = '"""\nThank you. {therapist} will \\\n   read this before you meet."""'
UNUSED_SCALE = Said(Rule.SCALE, SET, "[scales.two_faces]", "no band uses this scale", Severity.WARNING)


def said(rule: Rule, line: int | str | tuple[str, int], words: str) -> Said:
    return Said(rule, SET, line, words)


def place(name: str, old: str, new: str, rule: Rule, words: str) -> Broken:
    """One place says something else, and the problem stands there."""
    return broken(name, replaced(SET, old, new), said(rule, new.strip().partition("\n")[0], words))


def in_band(band: str, old: str, new: str) -> Change:
    """A field of one band; its name stands once for every band."""

    def change(folder: Path) -> None:
        head, mark, rest = (folder / SET).read_text("utf-8").partition(f"[bands.{band}]\n")
        assert old in rest
        (folder / SET).write_text(head + mark + rest.replace(old, new, 1), "utf-8")

    return change


def unused(key: str, words: str = "no text has this key") -> Said:
    """What is left over in the translation."""
    return Said(Rule.UNUSED_KEY, DE_SET, key, words, Severity.WARNING)


def only_english(folder: Path) -> None:
    shutil.rmtree(folder / "locales/de")
    replaced(CLINIC, 'languages = ["en", "de"]', 'languages = ["en"]')(folder)


def without_the_oldest(folder: Path) -> None:
    """The set loses the band b65, but not its questions."""
    text = (folder / SET).read_text("utf-8")
    parts = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    kept = [part for part in parts if not part.startswith("[bands.b65")]
    (folder / SET).write_text("".join(kept), "utf-8")


UNTRANSLATED = Said(Rule.MISSING_KEY, DE_SET, 0, "“attune translate de” adds it")

PROMPTS = (
    broken(
        "two prompts with one id",
        replaced(SET, 'id = "safe"\n', 'id = "heard" # 2\n'),
        said(Rule.REPEATED_ID, "# 2", "its own id"),
        *(unused(f"starter/safe/{band}/question") for band in Band),
    ),
    place("a core element twice", '= "trust"\nnote', '= "safe" # 2\nnote', Rule.CORE_ELEMENT, "safe already"),
    broken(
        "a core element missing",
        replaced(SET, 'element = "safe"', 'element = "trust"'),
        said(Rule.CORE_ELEMENT, ("[[prompts]]", 0), 'element = "safe"'),
    ),
    place("an element nobody knows", 'element = "trust"', 'element = "hope"', Rule.VALUE, "'heard'"),
    place(
        "a capital letter in an id", HEARD, HEARD.replace("heard", "Heard", 1), Rule.VALUE, "like in_control"
    ),
    place("a long id", HEARD, HEARD.replace("heard", "h" * 31, 1), Rule.VALUE, "at most 30"),
    broken(
        "a prompt with a name that is taken",
        replaced(SET, HEARD, HEARD.replace("heard", "scale", 1)),
        said(Rule.NAME, 'id = "scale"', "Choose another id"),
        *(unused(f"starter/heard/{band}/question") for band in Band),
    ),
    broken(
        "a question missing in one band",
        replaced(SET, '[prompts.b06]\nquestion = "Could you trust {therapist} last time?"\n', ""),
        said(Rule.BAND_WORDS, ("[[prompts]]", 3), "Write [prompts.b06]"),
        unused("starter/trust/b06/question"),
    ),
    place(
        "an empty question", '"Were the rules clear last time?"', '"" # empty', Rule.VALUE, "is written here"
    ),
    broken(
        "questions for a band that the set does not have",
        done(only_english, without_the_oldest),
        *(
            said(Rule.BAND_WORDS, ("[prompts.b65]", nth), "Remove it or add [bands.b65]")
            for nth in range(len(Element))
        ),
        Said(Rule.SCALE, SET, "[scales.four_words]", "no band uses this scale", Severity.WARNING),
    ),
)

SCALES = (
    broken(
        "two options with one id",
        done(
            replaced(SET, '{ id = "a_bit"', '{ id = "not_really"'),
            replaced(SET, LOW_THREE, 'low = ["not_really"]'),
        ),
        said(Rule.REPEATED_ID, "😐", "called not_really too"),
        unused("starter/scale/three_faces/a_bit"),
    ),
    place(
        "low options in the middle", LOW_THREE, 'low = ["a_bit"]', Rule.LOW_OPTIONS, 'low = ["not_really"]'
    ),
    place("all options low", LOW, 'low = ["no", "yes"]', Rule.LOW_OPTIONS, "not all"),
    place("no option low", LOW, "low = []", Rule.LOW_OPTIONS, "Name the lowest"),
    place("a low option that is none", LOW, 'low = ["never"]', Rule.LOW_OPTIONS, "the options no, yes"),
    place(
        "values that do not rise", '"yes", value = 2', '"yes", value = 1', Rule.OPTION_ORDER, "least to most"
    ),
    broken(
        "an option that the bot offers itself",
        replaced(SET, '{ id = "yes"', '{ id = "skip"'),
        said(Rule.NAME, 'id = "skip"', "offers skip beside every scale"),
        unused("starter/scale/two_faces/yes"),
        UNTRANSLATED,
    ),
    place("signs for a face", '"🙂", label = "Yes"', '":-)", label = "Yes"', Rule.FACE, "one emoji"),
    place("letters for a face", '"🙂", label = "Yes"', '"ok", label = "Yes"', Rule.FACE, "one emoji"),
    place("a hidden face", '"🙂", label = "Yes"', '"\\u202e", label = "Yes"', Rule.FACE, "one emoji"),
    broken(
        "one face for two options",
        replaced(SET, NO, NO.replace("🙁", "🙂")),
        said(Rule.FACE, YES, "its own face"),
    ),
    broken(
        "one option alone",
        done(replaced(SET, f"    {NO},\n", ""), replaced(SET, f"    {YES},\n", "    # none\n")),
        said(Rule.VALUE, ("options = [", 0), "at least 2"),
    ),
    broken(
        "a label with letters in another order",
        replaced(SET, YES, YES.replace("label", "lable")),
        said(Rule.UNKNOWN_FIELD, "lable", "Did you mean label?"),
        said(Rule.MISSING_FIELD, "lable", "Write label = …"),
    ),
)

BANDS = (
    broken(
        "a scale that is not there",
        in_band("b06", 'scale = "two_faces"', 'scale = "smileys"'),
        said(Rule.SCALE, "smileys", "Choose one of five_words"),
        UNUSED_SCALE,
    ),
    broken(
        "five words for a child of six",
        in_band("b06", 'scale = "two_faces"', 'scale = "five_words" # changed'),
        said(Rule.SCALE, "# changed", "at most 3"),
        UNUSED_SCALE,
    ),
    broken(
        "more prompts than the age allows",
        in_band("b06", "core = 2", "core = 3 # changed"),
        said(Rule.PROMPT_COUNT, "# changed", "Write core = 2"),
    ),
    broken(
        "a goal besides as many prompts as the age allows",
        in_band("b06", "rotate_every = 2", "rotate_every = 1"),
        said(Rule.PROMPT_COUNT, "core = 2", "Write rotate_every = 2"),
    ),
    broken(
        "more core prompts than there are",
        in_band("b13", "core = 3", "core = 4 # changed"),
        said(Rule.VALUE, "# changed", "at most 3"),
    ),
    broken(
        "free words for a child of six",
        done(
            in_band("b06", "free_words = false", "free_words = true # changed"),
            replaced(SET, "[bands.b06.words]\n", '[bands.b06.words]\nnote = "Do you want to write?"\n'),
        ),
        said(Rule.BAND, "# changed", "under 9"),
        UNTRANSLATED,
    ),
    broken(
        "a follow-up for a child of six",
        in_band("b06", "follow_up = false", "follow_up = true # changed"),
        said(Rule.BAND, "# changed", "under 9"),
        *(
            said(Rule.BAND_WORDS, "[bands.b06.words]", f"Write {name} = …")
            for name in ("help", "raise", *HELPS, *RAISES)
        ),
    ),
    broken(
        "a band that does not exist",
        lambda folder: (folder / SET).write_text(
            (folder / SET).read_text("utf-8").replace("[bands.b65", "[bands.b66"), "utf-8"
        ),
        said(Rule.VALUE, "[bands.b66]", "'b06'"),
    ),
)

BAND_WORDS = (
    broken(
        "the words for a follow-up missing",
        in_band("b13", 'help = "What would help next time?"\n', ""),
        said(Rule.BAND_WORDS, "[bands.b13.words]", "Write help = …"),
        unused("starter/band/b13/help"),
    ),
    broken(
        "a choice missing",
        in_band("b13", 'other = "Something else"\n', ""),
        said(Rule.BAND_WORDS, "[bands.b13.words.helps]", "Write other = …"),
        unused("starter/band/b13/helps/other"),
    ),
    broken(
        "a choice with a letter missing",
        in_band("b13", "slower = ", "slowr = "),
        said(Rule.BAND_WORDS, "slowr", "Did you mean slower?"),
        said(Rule.BAND_WORDS, "[bands.b13.words.helps]", "Write slower = …"),
        unused("starter/band/b13/helps/slower", "Did you mean starter/band/b13/helps/slowr?"),
        UNTRANSLATED,
    ),
    broken(
        "words that nothing asks for",
        in_band("b13", "free_words = true", "free_words = false"),
        said(
            Rule.BAND_WORDS, 'note = "Is there something you want to tell {therapist} or', "free_words = true"
        ),
    ),
    broken(
        "words that nobody asks the youngest",
        replaced(SET, "[bands.b06.words]\n", '[bands.b06.words]\nhelp = "What would help?"\n'),
        said(Rule.BAND_WORDS, 'help = "What would help?"', "follow_up is false. Remove it."),
        UNTRANSLATED,
    ),
)

THE_SET = (
    broken(
        "a mistake below a text of several lines",
        done(
            replaced(SET, '"Thank you. {therapist} will read this before you meet."', LONG_TEXT),
            replaced(SET, LOW, "low = []"),
        ),
        said(Rule.LOW_OPTIONS, "low = []", "Name the lowest"),
    ),
    place("a version of nothing", "version = 1", "version = 0", Rule.VALUE, "at least 1"),
    place("no license", 'license = "CC-BY-4.0"', 'license = ""', Rule.VALUE, "nothing is written here"),
    broken(
        "a set whose id is not its folder",
        replaced(SET, 'id = "starter"', 'id = "begin"'),
        said(Rule.NAME, 'id = "begin"', "Give both the same name"),
    ),
    broken(
        "a language by its name",
        done(only_english, replaced(SET, 'language = "en"', 'language = "English"')),
        said(Rule.LANGUAGE, 'language = "English"', "Write en"),
        Said(Rule.MISSING_FILE, "locales/en/LC_MESSAGES/starter.po", 0, "attune translate en"),
    ),
    broken(
        "a set that is called like the bot's own words",
        done(
            moved("conversations/starter", "conversations/bot"),
            replaced("conversations/bot/set.toml", 'id = "starter"', 'id = "bot"'),
            replaced(CLINIC, 'prompt_set = "starter"', 'prompt_set = "bot"'),
        ),
        Said(Rule.NAME, "conversations/bot/set.toml", 'id = "bot"', "bot.po holds the bot's own words"),
        Said(Rule.UNKNOWN_FILE, DE_SET, 0, "no prompt set is called so", Severity.WARNING),
    ),
)

CASES = (*PROMPTS, *SCALES, *BANDS, *BAND_WORDS, *THE_SET)

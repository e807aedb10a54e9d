"""What the simulated people are called and what they write, in their languages. All of it is invented."""

from typing import Final

from bot.content.languages import base_language

ALIASES: Final = {
    "en": ("Mila", "Sam", "Robin", "Kit", "Ada", "Noor", "Finn", "Ivy", "Theo", "Wren"),
    "de": ("Lena", "Jonas", "Frieda", "Emil", "Mats", "Greta", "Anton", "Liv", "Oskar", "Ruth"),
    "ar": ("ليلى", "سامي", "نور", "يوسف", "مريم", "آدم", "هدى", "كريم", "سلمى", "طارق"),
}
THERAPISTS: Final = {
    "en": ("Dr. Linde", "Dr. Okafor", "Ms. Byrne", "Dr. Rao"),
    "de": ("Dr. Berger", "Frau Huber", "Dr. Sommer", "Herr Weiß"),
    "ar": ("د. ليندا", "د. حداد", "أ. منصور", "د. سليم"),
}
WORDS: Final = {
    "en": (
        "I liked that we could laugh.",
        "Can we talk about school next time?",
        "It was too fast for me, and I did not dare to say it.",
        "Nothing much. Just tired 🙂",
        "I'd rather draw next time, larger pictures.",
    ),
    "de": (
        "Es war gut, dass wir gelacht haben.",
        "Können wir nächstes Mal über die Schule reden?",
        "Es ging mir zu schnell, und ich habe mich nicht getraut.",
        "Eigentlich nichts. Nur müde 🙂",
        "Ich möchte lieber zeichnen, größere Bilder.",
    ),
    "ar": (
        "أعجبني أننا ضحكنا.",
        "هل يمكن أن نتحدث عن المدرسة في المرة القادمة؟",
        "كان الأمر سريعًا جدًا ولم أجرؤ على قول ذلك.",
        "لا شيء، فقط متعب 🙂",
        "أفضل أن أرسم في المرة القادمة.",
    ),
}
AFTERTHOUGHTS: Final = {"en": "Sorry, I meant: ", "de": "Ich meinte: ", "ar": "أقصد: "}

ELSEWHERE: Final = "en"  # for languages that have no phrases here


def alias(language: str, number: int) -> str:
    """A name for the ``number``-th client; no two are the same."""
    names = ALIASES.get(base_language(language), ALIASES[ELSEWHERE])
    turn, place = divmod(number, len(names))
    return f"{names[place]} {turn + 1}" if turn else names[place]


def therapist(language: str, number: int) -> str:
    names = THERAPISTS.get(base_language(language), THERAPISTS[ELSEWHERE])
    turn, place = divmod(number, len(names))
    return f"{names[place]} {turn + 1}" if turn else names[place]


def words(language: str) -> tuple[str, ...]:
    return WORDS.get(base_language(language), WORDS[ELSEWHERE])


def afterthought(language: str) -> str:
    return AFTERTHOUGHTS.get(base_language(language), AFTERTHOUGHTS[ELSEWHERE])

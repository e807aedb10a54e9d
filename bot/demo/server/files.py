"""What becomes of a file that is uploaded: its number, its place, its name and its kind, as in Telegram."""

import unicodedata
from dataclasses import dataclass
from mimetypes import MimeTypes
from typing import Final, Literal

from bot.demo.server.things import Json

FileKind = Literal["Photo", "Document", "Voice", "Sticker"]

STEM_MAX: Final = 60
ENDING_MAX: Final = 20

# How the file's number begins, and the folder from which it can be fetched.
_PLACES: Final[dict[FileKind, tuple[str, str]]] = {
    "Photo": ("AgACAgIAAxk", "photos"),
    "Document": ("BQACAgIAAxk", "documents"),
    "Voice": ("AwACAgIAAxk", "voice"),
    "Sticker": ("CAACAgIAAxk", "stickers"),
}
_FORBIDDEN: Final = frozenset("<>:\"/\\|?*&`'")
_WITHOUT_ROOM: Final = ("Mn", "Cf")  # marks on letters, and marks that nobody sees
_TYPES: Final = MimeTypes(filenames=())  # the same on every machine


@dataclass(frozen=True, slots=True)
class File:
    file_id: str
    unique_id: str
    kind: FileKind
    name: str
    mime_type: str
    content: bytes
    path: str

    def as_json(self) -> Json:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }

    def as_document(self) -> Json:
        name = {"file_name": self.name} if self.name else {}
        return self.as_json() | name | {"mime_type": self.mime_type}


def received(number: int, kind: FileKind, content: bytes, name: str) -> File:
    """The ``number``-th file. The end of its name tells what is in it, whatever its sender says."""
    beginning, folder = _PLACES[kind]
    name = clean_name(name)
    ending = name.rpartition(".")[2] if "." in name else "bin"
    return File(
        file_id=f"{beginning}BAAM{number}",
        unique_id=f"AQAD{number}",
        kind=kind,
        name=name,
        mime_type=_TYPES.guess_type(f"file.{ending}")[0] or "application/octet-stream",
        content=content,
        path=f"{folder}/file_{number}.{ending}",
    )


def clean_name(name: str) -> str:
    """As Telegram keeps it: without folders and what some computers forbid, each part of limited length."""
    stem, dot, ending = name.rpartition("/")[2].rpartition(".")
    if not dot:
        stem, ending = ending, ""
    parts = (_clean_part(stem, STEM_MAX), _clean_part(ending, ENDING_MAX))
    return ".".join(part for part in parts if part)


def _clean_part(part: str, most: int) -> str:
    kept = ""
    for sign in part:
        if not _allowed(sign):
            if unicodedata.category(sign) in _WITHOUT_ROOM:
                continue
            sign = " "
        if len(kept) < most and (kept or sign not in " ."):
            kept += sign
    return kept.rstrip(" .")


def _allowed(sign: str) -> bool:
    if sign < "\x7f":
        return sign >= " " and sign not in _FORBIDDEN
    return unicodedata.category(sign)[0] in "LN"

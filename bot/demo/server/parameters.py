"""What a call brings, read as the official server reads it: everything may come as text."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.demo.server.limits import BUTTON_DATA_BYTES_MAX, BUTTONS_MAX
from bot.demo.server.things import Json, bad

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    content: bytes


class Parameters:
    def __init__(self, values: Mapping[str, object], files: Mapping[str, Upload]) -> None:
        self._values = values
        self.files = files

    def text(self, name: str) -> str:
        """Empty if it was not given."""
        value = self._values.get(name)
        if value is None:
            return ""
        text = value if isinstance(value, str) else json.dumps(value)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                raise bad("strings must be encoded in UTF-8") from None
        return text

    def number(self, name: str, usual: int = 0, low: int | None = None, high: int | None = None) -> int:
        """``usual`` if it was not given, and 0 if it is no number, within its bounds."""
        value = self._values.get(name)
        if value is None or value == "":
            return usual
        try:
            number = int(value) if isinstance(value, str | int | float) else 0
        except (ValueError, OverflowError):
            number = 0
        if low is not None:
            number = max(number, low)
        return number if high is None else min(number, high)

    def flag(self, name: str) -> bool:
        return str(self._values.get(name, "")).lower() in ("true", "yes", "1")

    def structure(self, name: str, what: str) -> object:
        """The JSON under this name, parsed; None if it was not given."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            parsed: object = json.loads(value)
        except ValueError:
            raise bad(f"can't parse {what} JSON object") from None
        return parsed

    def upload(self, name: str) -> Upload | str:
        """A file: what was uploaded under this name or by ``attach://``, otherwise the text."""
        if name in self.files:
            return self.files[name]
        text = self.text(name)
        attached = text.removeprefix("attach://")
        return self.files[attached] if attached != text and attached in self.files else text

    def keyboard(self) -> Json | None:
        """The ``reply_markup``, with only what Telegram keeps of it."""
        markup = self.structure("reply_markup", "reply keyboard markup")
        if markup is None:
            return None
        if not isinstance(markup, dict):
            raise bad("object expected as reply markup")
        rows = markup.get("inline_keyboard")
        if rows is None:
            return markup or None
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
        kept = [[_button(button) for button in row] for row in rows if row]
        if sum(map(len, kept)) > BUTTONS_MAX:
            raise bad("reply markup is too long")
        return {"inline_keyboard": kept} if kept else None


async def read_parameters(request: web.BaseRequest) -> Parameters:
    """From the address and the body, whatever form it has."""
    values: dict[str, object] = dict(request.query) if request.query_string else {}
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        body = await request.read()
        try:
            parsed = json.loads(body) if body else {}
        except ValueError:
            raise bad("can't parse JSON object") from None
        if not isinstance(parsed, dict):
            raise bad("can't parse JSON object")
        values |= parsed
    elif request.content_type in _FORMS:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                content = value.file.read() if isinstance(value.file, io.IOBase) else b""
                value.file.close()
                files[name] = Upload(value.filename, content)
            else:
                values[name] = (
                    value if isinstance(value, str) else bytes(value).decode("utf-8", "surrogateescape")
                )
    return Parameters(values, files)


def _button(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    text = button.get("text")
    if text is None:
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not isinstance(text, str) or not text.strip():
        raise bad("inline keyboard button text must be non-empty")
    if url := button.get("url"):
        return {"text": text, "url": url}
    data = button.get("callback_data")
    if not isinstance(data, str) or not data:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(data.encode("utf-8", "surrogatepass")) > BUTTON_DATA_BYTES_MAX:
        raise bad("BUTTON_DATA_INVALID")
    return {"text": text, "callback_data": data}

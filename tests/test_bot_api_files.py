"""Documents at the stand-in for Telegram: names, kinds, sizes, and what may be taken back."""

import aiohttp
import pytest

from bot.demo.server.files import clean_name
from bot.demo.server.limits import DOCUMENT_BYTES_MAX, DOWNLOAD_BYTES_MAX
from bot.demo.server.parameters import Parameters, Upload
from bot.demo.server.talking import send_document
from bot.demo.server.things import Refusal
from tests.bot_api.line import KIM, Line, line

PAGE = "<p>مدرسة".encode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("attune-2026-03-04.html", "attune-2026-03-04.html"),
        ("بياناتي.html", "بياناتي.html"),
        ("Über mich (1).json", "Über mich (1).json"),
        ("/home/kim/a.json", "a.json"),
        ("what?.html", "what.html"),
        ("a\u202eb\u0301.html", "ab.html"),
        ("x" * 80 + ".html", "x" * 60 + ".html"),
        ("page." + "h" * 30, "page." + "h" * 20),
        ("none", "none"),
        ("...", ""),
    ],
)
def test_a_name_is_kept_as_telegram_keeps_it(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", "text/html"),
        ("a.json", "application/json"),
        ("a.unheard", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
async def test_what_a_document_is_is_told_by_the_end_of_its_name(name: str, kind: str) -> None:
    async with line() as to:
        document = (await _sent(to, name))["document"]
        assert (document["file_name"], document["mime_type"]) == (name, kind)
        assert document["file_size"] == len(PAGE)
        assert document["file_id"].startswith("BQACAgIAAxk")


async def test_a_document_keeps_an_arabic_name_and_is_fetched_from_its_folder() -> None:
    async with line() as to:
        message = await _sent(to, "بياناتي.html", caption="كل شيء")
        assert message["document"]["file_name"] == "بياناتي.html"
        assert message["caption"] == "كل شيء"
        file = await to.result("getFile", file_id=message["document"]["file_id"])
        assert file["file_path"] == "documents/file_1.html"
        async with to.web.get(f"{to.server.url}/file/bot{to.state.token}/{file['file_path']}") as response:
            assert await response.read() == PAGE


async def test_a_number_is_good_for_its_own_kind_only() -> None:
    async with line() as to:
        document = (await _sent(to, "a.html"))["document"]["file_id"]
        refused = await to.refused("sendPhoto", chat_id=KIM, photo=document)
        assert refused == (400, "Bad Request: can't use file of type Document as Photo")
        photo = to.state.send(KIM, "photo").file_id
        refused = await to.refused("sendDocument", chat_id=KIM, document=photo)
        assert refused == (400, "Bad Request: can't use file of type Photo as Document")


async def test_a_caption_has_1024_units_and_a_document_is_needed() -> None:
    async with line() as to:
        refused = await to.refused("sendDocument", chat_id=KIM, document="x", caption="😀" * 513)
        assert refused == (400, "Bad Request: message caption is too long")
        refused = await to.refused("sendDocument", chat_id=KIM)
        assert refused == (400, "Bad Request: there is no document in the request")


async def test_a_bot_sends_50_megabytes_and_fetches_20() -> None:
    async with line() as to:
        given = {"chat_id": KIM}
        too_large = Upload("a.bin", bytes(DOCUMENT_BYTES_MAX + 1))
        with pytest.raises(Refusal, match="Request Entity Too Large"):
            send_document(to.state, Parameters(given, {"document": too_large}))
        large = Upload("a.bin", bytes(DOWNLOAD_BYTES_MAX + 1))
        message = send_document(to.state, Parameters(given, {"document": large}))
        refused = await to.refused("getFile", file_id=message["document"]["file_id"])
        assert refused == (400, "Bad Request: file is too big")


async def test_what_a_person_wrote_can_be_taken_back_in_a_private_chat_within_48_hours() -> None:
    async with line() as to:
        first, second = to.state.write(KIM, "in haste"), to.state.write(KIM, "too late")
        assert await to.result("deleteMessage", chat_id=KIM, message_id=first.message_id)
        assert first.deleted_at == to.clock.now()
        to.clock.jump(48 * 3600)
        refused = await to.refused("deleteMessage", chat_id=KIM, message_id=second.message_id)
        assert refused == (400, "Bad Request: message can't be deleted")
        assert second.deleted_at is None


async def test_in_a_group_a_bot_takes_back_only_its_own() -> None:
    async with line() as to:
        to.state.group(-1001, by=KIM)
        theirs = to.state.write_in_group(-1001, KIM, "Hello")
        ours = await to.result("sendMessage", chat_id=-1001, text="Hi")
        refused = await to.refused("deleteMessage", chat_id=-1001, message_id=theirs.message_id)
        assert refused == (400, "Bad Request: message can't be deleted")
        assert await to.result("deleteMessage", chat_id=-1001, message_id=ours["message_id"])


async def _sent(to: Line, name: str, **fields: str) -> dict[str, object]:
    form = aiohttp.FormData({"chat_id": str(KIM), **fields}, quote_fields=False)
    form.add_field("document", PAGE, filename=name, content_type="image/gif")
    async with to.web.post(f"{to.address}/sendDocument", data=form) as response:
        body = await response.json()
        assert body["ok"], body
        return body["result"]

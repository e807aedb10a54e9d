"""In whose hands the phone is. Whoever opens a page has it, and what is another's own there is covered."""

from bot.core.events import Event, PutDown
from bot.core.shared_phone import is_own, is_shared
from bot.service.scene import Scene
from bot.storage import dialogues


def changed(scene: Scene) -> list[Event]:
    """What follows for the others on that phone from the page that was opened in this scene, or tapped on. It
    is a child's own, or else it is the guardian who has the phone."""
    here = scene.dialogue
    if here is None or not is_shared(here.state):
        return []
    child = here.client_id if is_own(here.state) else None
    found = dialogues.open_in(scene.tx, scene.house.keyring, here.chat_id)
    return [PutDown(one.id) for one in found if is_own(one.state) and one.client_id != child]

"""Who can read what: one data key for each client and one for the house, wrapped by the master key.

A sealed value is AES-256-GCM: 12 bytes nonce, then ciphertext and tag. What is authenticated
with it names table, column, owner and row, so a value moved to another place does not open.
"""

import base64
import binascii
import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, bindparam, insert, select

from bot.storage.schema import keys

NONCE = 12
HOUSE = "house"

_READ = select(keys.c.wrapped).where(keys.c.owner == bindparam("owner"))
_ADD = insert(keys)


class KeyProblem(Exception):
    """Something is wrong with the master key; the message says what to do."""


def new_key_file(path: Path) -> None:
    """Write a fresh master key, readable by its owner alone. An existing file is never replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyProblem(
            f"{path} exists already. Data sealed with it would be lost, so it stays as it is; "
            "name another file."
        ) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(os.urandom(32)) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_key_file(path: Path | None) -> bytes:
    """The 32 bytes of the master key."""
    if path is None:
        raise KeyProblem(
            "No key file is named. Make one with `attune key new FILE`, then set ATTUNE_KEY_FILE=FILE."
        )
    try:
        mode = path.stat().st_mode
        text = path.read_bytes()
    except FileNotFoundError:
        raise KeyProblem(
            f"The key file {path} does not exist. If this is the first start, make it with `attune key new "
            f"{path}`; if not, bring it back from your safe copy: without it nothing can be read."
        ) from None
    except OSError as error:
        raise KeyProblem(f"The key file {path} cannot be read ({error.strerror}).") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyProblem(f"The key file {path} can be read by others. Run `chmod 600 {path}`.")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise KeyProblem(
            f"{path} is not a key made by `attune key new`. Name the right file in ATTUNE_KEY_FILE."
        )
    return key


def derive(master: bytes, purpose: str) -> bytes:
    """A key for one purpose, 32 bytes."""
    return HKDF(SHA256(), 32, salt=None, info=f"attune {purpose}".encode()).derive(master)


class Keyring:
    """The unwrapped keys, in memory only. Owners are "house" or a client's number."""

    def __init__(self, master: bytes) -> None:
        self._master = AESGCM(derive(master, "wrap"))
        self._open: dict[str, AESGCM] = {}
        self.database_key = derive(master, "database")
        self.audit_key = derive(master, "audit")

    def make(self, tx: Connection, client_id: int | None) -> None:
        """A fresh data key for a client, or for the house (None)."""
        owner = _owner(client_id)
        self._open.pop(owner, None)  # one made in a transaction that was rolled back is none
        nonce = os.urandom(NONCE)
        key = AESGCM.generate_key(256)
        tx.execute(
            _ADD, {"owner": owner, "wrapped": nonce + self._master.encrypt(nonce, key, _aad("keys", owner))}
        )

    def seal(self, tx: Connection, client_id: int | None, place: str, text: str) -> bytes:
        """``place`` names table, column and row; the same must be said to open it again."""
        nonce = os.urandom(NONCE)
        key = self._key(tx, client_id)
        return nonce + key.encrypt(nonce, text.encode(), _aad(place, _owner(client_id)))

    def unseal(self, tx: Connection, client_id: int | None, place: str, sealed: bytes) -> str:
        key = self._key(tx, client_id)
        return key.decrypt(sealed[:NONCE], sealed[NONCE:], _aad(place, _owner(client_id))).decode()

    def forget(self, client_id: int) -> None:
        """Drop a client's key from memory; destroying the row is the caller's part."""
        self._open.pop(_owner(client_id), None)

    def _key(self, tx: Connection, client_id: int | None) -> AESGCM:
        owner = _owner(client_id)
        known = self._open.get(owner)
        if known is not None:
            return known
        wrapped = tx.execute(_READ, {"owner": owner}).scalar_one()
        try:
            key = AESGCM(self._master.decrypt(wrapped[:NONCE], wrapped[NONCE:], _aad("keys", owner)))
        except InvalidTag:
            raise KeyProblem(
                "This key does not open this database. Set ATTUNE_KEY_FILE to the key it was made with."
            ) from None
        self._open[owner] = key
        return key


def _owner(client_id: int | None) -> str:
    return HOUSE if client_id is None else str(client_id)


def _aad(place: str, owner: str) -> bytes:
    return f"{place}|{owner}".encode()

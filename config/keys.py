"""The keys of one installation: made once, kept in its folder, never overwritten.

No Django here: the launcher and the tests need these before there are settings.
"""

import base64
import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def make_keys(var: Path | str) -> dict[str, str]:
    """The installation's secrets as environment variables; each is made once and never overwritten.

    They are kept in `var/keys`, outside the database, so that a copy of the database opens nothing.
    """
    folder = Path(var) / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    _make_key(folder / "secret_key", lambda: secrets.token_urlsafe(50).encode())
    # A Fernet key is 32 random bytes in URL-safe base64.
    _make_key(folder / "credential_keys", lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)))
    _make_key(folder / "signing.pem", _new_signing_key)
    return {
        "SECRET_KEY": (folder / "secret_key").read_text().strip(),
        "CREDENTIAL_KEYS": ",".join((folder / "credential_keys").read_text().split()),
        "SIGNING_KEY_FILE": str(folder / "signing.pem"),
    }


def _new_signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _make_key(path: Path, make: Callable[[], bytes]) -> None:
    if path.exists():
        return
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(make())
        file.flush()
        os.fsync(file.fileno())
    # A link, unlike a rename, never replaces a key that another process made meanwhile.
    with contextlib.suppress(FileExistsError):
        os.link(half, path)
    half.unlink()

"""The arithmetic of proof: Merkle trees after RFC 6962, and Ed25519 signatures over checkpoints.

Pure: values in, values out. A checkpoint's leaves are the heads of all chains, so that a chain cannot be
rewritten, shortened or left out without another root.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from city.canonical import canonical, sha256

#: What a checkpoint's signature covers, by name.
SIGNED = ("number", "at", "heads", "root", "prev_root", "key_id")


class SigningKeyError(Exception):
    """The key that signs checkpoints is missing or is not one. The text says what to do."""


# -- Merkle trees (RFC 6962, section 2.1) --------------------------------------------------------------


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """The largest power of two that is smaller than `count` (two or more)."""
    return 1 << (count - 1).bit_length() - 1


def tree_hash(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of the leaves, in their order; that of no leaves is the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    middle = _split(len(leaves))
    return node_hash(tree_hash(leaves[:middle]), tree_hash(leaves[middle:]))


def inclusion_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The hashes that lead from one leaf to the root, nearest first (RFC 6962, section 2.1.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    middle = _split(len(leaves))
    if index < middle:
        return [*inclusion_path(index, leaves[:middle]), tree_hash(leaves[middle:])]
    return [*inclusion_path(index - middle, leaves[middle:]), tree_hash(leaves[:middle])]


def is_included(leaf: bytes, index: int, count: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from the leaf at `index` of `count` to `root` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < count:
        return False
    here, last, found = index, count - 1, leaf_hash(leaf)
    for step in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(step, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, step)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


# -- checkpoints ---------------------------------------------------------------------------------------


def heads_leaves(heads: Sequence[Sequence[Any]]) -> list[bytes]:
    """Each chain head `[key, number, hash]` as the bytes that are a leaf of the tree."""
    return [canonical(list(head)) for head in heads]


def heads_root(heads: Sequence[Sequence[Any]]) -> str:
    """The root over all chain heads, in hexadecimal."""
    return tree_hash(heads_leaves(heads)).hex()


def key_id(public_key: Ed25519PublicKey) -> str:
    """How a checkpoint names the key that signed it: the SHA-256 of its 32 bytes."""
    raw = public_key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return sha256(raw)


def sign(statement: dict[str, Any], key: Ed25519PrivateKey) -> str:
    """The signature over a checkpoint's fields, in hexadecimal."""
    return key.sign(canonical({name: statement[name] for name in SIGNED})).hex()


def is_signed(statement: dict[str, Any], signature: str, key: Ed25519PublicKey) -> bool:
    """Whether `key` made this signature over these fields."""
    try:
        key.verify(bytes.fromhex(signature), canonical({name: statement[name] for name in SIGNED}))
    except (InvalidSignature, ValueError):
        return False
    return True


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """Read the city's key. Raises SigningKeyError with a sentence for the person who runs the installation."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SigningKeyError(
            f"The key that signs checkpoints cannot be read at {path}: {error.strerror}. Put it back from the "
            "safe copy, or set SIGNING_KEY_FILE to where it is; without it nothing can be sealed or verified."
        ) from error
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except ValueError as error:
        raise SigningKeyError(
            f"{path} is not a private key in PEM form: restore SIGNING_KEY_FILE."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningKeyError(f"{path} is not an Ed25519 key: restore SIGNING_KEY_FILE.")
    return key


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Read a public key that signed in former times. Raises SigningKeyError."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SigningKeyError(f"{path} is not a public key in PEM form.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise SigningKeyError(f"{path} is not an Ed25519 key.")
    return key

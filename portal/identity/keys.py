"""Passwords, keys and codes: how they are made, and the forms in which they may be stored."""

import base64
import functools
import hashlib
import hmac
import secrets

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

# 32 MB and about 50 ms for each check, so that several at once fit into a page process.
_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
# No 0, 1, i, l, o, u: they are misread.
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
RECOVERY_CODES = 10


def new_key() -> str:
    """A random key of 32 bytes, for a cookie or a link."""
    return secrets.token_urlsafe(32)


def hash_key(key: str) -> str:
    """The form in which a random key or code is stored. Nothing slower is needed, because it cannot be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def hash_password(password: str) -> str:
    """The argon2id hash of a password."""
    return _hasher.hash(password)


def password_is_right(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one of a hash. Without a hash it is wrong, after the same work."""
    try:
        _hasher.verify(password_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_new_hash(password_hash: str) -> bool:
    """Whether a hash was made with other costs than today's."""
    return _hasher.check_needs_rehash(password_hash)


def new_code() -> str:
    """A code of 78 random bits in groups of four, such as ``abcd-efgh-jkmn-pqrs``."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def new_recovery_codes() -> list[str]:
    """Codes for those who lost their authenticator app."""
    return [new_code() for _ in range(RECOVERY_CODES)]


def hash_recovery_code(staff_id: int, code: str) -> str:
    """The form in which a recovery code is stored. Signs and case do not matter."""
    letters = "".join(sign for sign in code.casefold() if sign.isalnum())
    return hash_key(f"{staff_id} {letters}")


def new_totp_secret() -> str:
    """A secret for an authenticator app, in the form that people type."""
    return pyotp.random_base32()


def encrypt(text: str) -> str:
    """The text as only an installation with this secret key can read it."""
    return _cipher(current_app.config["SECRET_KEY"]).encrypt(text.encode()).decode()


def decrypt(text: str) -> str | None:
    """What was encrypted; None where the secret key is another one now."""
    try:
        return _cipher(current_app.config["SECRET_KEY"]).decrypt(text.encode()).decode()
    except InvalidToken:
        return None


@functools.cache
def _decoy() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


@functools.lru_cache(maxsize=4)
def _cipher(secret_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret_key.encode(), b"portico second factor", "sha256")))

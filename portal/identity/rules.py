"""Who may do what, and the other decisions about staff that need no database."""

import datetime
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

import pyotp

Role = Literal["editor", "reviewer", "agency_editor", "specialist", "administrator"]
Verb = Literal["view", "use", "write", "review", "publish", "maintain", "manage"]
Kind = Literal[
    "service",
    "agency",
    "intent",
    "profile",
    "article",
    "fact",
    "parameter",
    "search",
    "words",
    "related",
    "import",
    "staff",
]
ROLES: tuple[Role, ...] = get_args(Role)
VERBS: tuple[Verb, ...] = get_args(Verb)
KINDS: tuple[Kind, ...] = get_args(Kind)
CONTENT: frozenset[str] = frozenset({"service", "agency", "intent", "profile", "article", "fact", "parameter"})
# Who steers the search, what comes first, and whose words lead to a record; and the lists of related services. Nobody
# reviews it, and all can be undone.
STEERING: dict[str, frozenset[str]] = {
    "search": frozenset({"editor", "reviewer"}),
    "related": frozenset({"editor", "reviewer"}),
    "words": frozenset({"editor", "reviewer", "specialist"}),
}

MIN_PASSWORD = 12
MAX_PASSWORD = 200
# Wrong tries that cost nothing; each further one doubles the wait.
FREE_TRIES = 4
LONGEST_LOCK_MINUTES = 60
TOTP_SECONDS = 30
# Passwords of twelve characters and more that guessers try first, without what is not a letter or a digit.
_COMMON = frozenset(
    {
        *("123456789012", "1234567890123", "1234567890qwerty", "1q2w3e4r5t6y", "1qaz2wsx3edc", "administrator"),
        *("administrator1", "changemechangeme", "correcthorsebatterystaple", "iloveyouiloveyou", "letmeinletmein"),
        *("password1234", "password12345", "password123456", "passwordpassword", "porticoportico", "qwerty123456"),
        *("qwertyqwerty", "qwertyuiop12", "qwertyuiop123", "qwertyuiopasdf", "qwertyuiopasdfgh", "trustno1trustno1"),
        *("welcome12345", "welcomewelcome"),
    }
)

# What names a browser or system in a user agent; the first that is found counts.
_BROWSERS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome")),
    *(("Chrome", "Chrome"), ("Safari", "Safari")),
)
_SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS")),
    *(("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


@dataclass(frozen=True)
class Staff:
    """Someone who works with Portico, as far as other capabilities need to know them."""

    id: int
    uid: str
    name: str
    email: str
    roles: frozenset[str]
    agency_ids: frozenset[int] = frozenset()


def may(staff: Staff, verb: Verb, kind: Kind, *, agency_id: int | None = None, author_id: int | None = None) -> bool:
    """Whether someone may do this to records of a kind.

    To use is to answer people with a record, its text for staff included, and to say what is wrong with it; to maintain
    is to see what needs work and to settle what others said is wrong.
    ``agency_id``: the agency responsible for the service; without it an agency editor may write none.
    ``author_id``: whose work it is; nobody reviews or publishes their own, whatever their roles.
    """
    if verb not in VERBS or kind not in KINDS:
        raise ValueError(f"no rule for {verb} {kind}")
    if verb in ("review", "publish") and author_id == staff.id:
        return False
    if "administrator" in staff.roles:
        return True
    if kind not in CONTENT:
        return verb in ("view", "write") and not STEERING.get(kind, frozenset()).isdisjoint(staff.roles)
    if kind == "article" and verb in ("view", "use", "write") and "specialist" in staff.roles:
        return True
    match verb:
        case "view":
            return not staff.roles <= {"specialist"}
        case "write":
            own = kind == "service" and "agency_editor" in staff.roles and agency_id in staff.agency_ids
            return own or "editor" in staff.roles
        case "review" | "publish":
            return "reviewer" in staff.roles
        case "use" | "maintain":
            return not staff.roles.isdisjoint({"editor", "reviewer"})
    return False


def roles_problem(roles: Collection[str], agency_ids: Collection[int]) -> str | None:
    """What is wrong with the roles and agencies that someone is to have."""
    if not roles:
        return "Select at least one role"
    if unknown := set(roles) - set(ROLES):
        return f"There is no role {', '.join(sorted(unknown))}"
    if "agency_editor" in roles and not agency_ids:
        return "An agency editor needs at least one agency"
    if agency_ids and "agency_editor" not in roles:
        return "Only an agency editor has agencies"
    return None


def fold_email(email: str) -> str:
    """The one form of an address by which accounts are told apart."""
    return email.strip().casefold()


def is_email(email: str) -> bool:
    """Whether a folded address can be one."""
    return len(email) <= 254 and re.fullmatch(r"[^\s@<>\"]+@[^\s@<>\".]+(?:\.[^\s@<>\".]+)+", email) is not None


def password_problem(password: str, email: str, name: str) -> str | None:
    """Why a password is too easy to guess; None where it is not."""
    if len(password) < MIN_PASSWORD:
        return f"The password must have at least {MIN_PASSWORD} characters"
    if len(password) > MAX_PASSWORD:
        return f"The password must have at most {MAX_PASSWORD} characters"
    plain = _plain(password)
    if plain in _COMMON or len(set(password)) < 5:
        return "The password is one that many people use. Choose another"
    words = (email, email.partition("@")[0], name)
    if any(len(_plain(word)) >= 4 and _plain(word) in plain for word in words):
        return "The password must not hold your name or e-mail address"
    return None


def lock_minutes(failures: int) -> int:
    """How long an account is locked after so many wrong tries in a row."""
    if failures <= FREE_TRIES:
        return 0
    return int(min(2 ** min(failures - FREE_TRIES - 1, 10), LONGEST_LOCK_MINUTES))


def accepted_step(secret: str, code: str, at: datetime.datetime, last_step: int | None) -> int | None:
    """The time step that a code of an authenticator app belongs to; None where it is wrong or was used before.

    The step before and the step after are accepted, because clocks differ. ``at`` is UTC.
    """
    code = re.sub(r"\s", "", code)
    step = int(at.replace(tzinfo=datetime.UTC).timestamp()) // TOTP_SECONDS
    totp = pyotp.TOTP(secret, interval=TOTP_SECONDS)
    for candidate in (step - 1, step, step + 1):
        is_new = last_step is None or candidate > last_step
        if hmac.compare_digest(totp.generate_otp(candidate).encode(), code.encode()) and is_new:
            return candidate
    return None


def local_path(path: str | None) -> str | None:
    """The path, if it leads to a page of this portal and nowhere else."""
    if not path or not re.fullmatch(r"/[!-~]*", path) or "\\" in path or path.startswith("//"):
        return None
    parts = urlsplit(path)
    return None if parts.scheme or parts.netloc else path


def browser_family(user_agent: str) -> str:
    """Browser and system in a few words, to tell one's own sessions apart: "Firefox on Linux"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Unknown browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    return f"{browser} on {system}" if system else browser


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())

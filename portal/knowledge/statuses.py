"""What the statuses of an article mean, how one leads to another, and when an article is looked at again."""

import calendar
import datetime
from dataclasses import dataclass
from typing import Any

REVIEW_MONTHS = 12
# So many days before its day an article is shown as due soon.
SOON_DAYS = 30


@dataclass(frozen=True)
class Step:
    """A way from one status to another: what the button says, and what is noted in the history."""

    to: str
    words: str
    note: str


MEANINGS = {
    "work_in_progress": ("Work in progress", "Being written. Only the editors' pages show it."),
    "not_validated": (
        "Not validated",
        "Written from what someone knows. Staff use it with care; the public does not.",
    ),
    "validated": ("Validated", "A second person has found it right. Those it is meant for see it."),
    "archived": ("Archived", "No longer used. Its page says so, or leads to the article that it was merged into."),
}
_TO_VALIDATED = Step("validated", "Validate", "It is right and complete")
_TO_NOT_VALIDATED = Step("not_validated", "Let staff use it", "Staff may use it with care")
_TO_ARCHIVED = Step("archived", "Archive", "It is no longer used")
STEPS: dict[str, tuple[Step, ...]] = {
    "work_in_progress": (_TO_NOT_VALIDATED, _TO_VALIDATED, _TO_ARCHIVED),
    "not_validated": (_TO_VALIDATED, _TO_ARCHIVED),
    "validated": (Step("not_validated", "Take the validation back", "It is not certain any more"), _TO_ARCHIVED),
    "archived": (Step("not_validated", "Bring it back for staff", "It is needed again"), _TO_VALIDATED),
}


def step_to(status: str, wanted: str) -> Step | None:
    """The way from one status to another; None where there is none."""
    return next((step for step in STEPS[status] if step.to == wanted), None)


def next_review(on: datetime.date) -> datetime.date:
    """When an article that was found right on a day is looked at again, unless somebody says otherwise."""
    years, month = divmod(on.month - 1 + REVIEW_MONTHS, 12)
    year, month = on.year + years, month + 1
    return datetime.date(year, month, min(on.day, calendar.monthrange(year, month)[1]))


def with_next_review(before: dict[str, Any], after: dict[str, Any], on: datetime.date) -> dict[str, Any]:
    """The article with a day for its next review, where it is validated or compared anew and nobody chose another."""
    due = after.get("review_by", "")
    if after.get("status") != "validated":
        return after
    if before.get("status") != "validated":
        is_due = due <= on.isoformat()
    else:
        is_due = before.get("checked") != after.get("checked") and due == before.get("review_by", "")
    return after | {"review_by": next_review(on).isoformat()} if is_due else after

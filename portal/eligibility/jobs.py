"""What is done every day."""

from .. import jobs
from .store import delete_expired
from .visits import idle_time


@jobs.every_day
def delete_expired_screenings() -> None:
    """Delete the answers that nobody came back to."""
    delete_expired(idle_time())

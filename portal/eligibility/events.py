"""What happens in a screening. Who it happens to is in the running request alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ResultsShown:
    """Somebody looks at their results; ``likely`` are the ids of the services that they are likely to get.

    It is told while a page is read, so no transaction is open that a listener could write in.
    """

    likely: tuple[int, ...]


@dataclass(frozen=True)
class AnswersDeleted:
    """Somebody deletes their answers, and with them whatever else is kept of their visit."""

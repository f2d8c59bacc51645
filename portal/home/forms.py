"""The query string of the search page, as a form."""

from wtforms import Form, IntegerField, SelectMultipleField, StringField

MAX_QUERY = 500


class SearchForm(Form):
    """What to search for, and choices that narrow the results, besides the place.

    Values that mean nothing are left out.
    """

    q = StringField()
    kind = SelectMultipleField(validate_choice=False)
    profile = SelectMultipleField(validate_choice=False)
    intent = SelectMultipleField(validate_choice=False)
    agency = SelectMultipleField(validate_choice=False)
    page = IntegerField()
    # "1": search for the words as they were typed.
    exact = StringField()
    # Numbers of what we read from the words and should not have.
    without = SelectMultipleField(validate_choice=False)

    @property
    def query(self) -> str:
        return " ".join((self.q.data or "").split())[:MAX_QUERY]

    @property
    def page_number(self) -> int:
        return min(max(self.page.data or 1, 1), 1_000)

    @property
    def left_out(self) -> tuple[int, ...]:
        """What was read from the words and is not meant, by its number."""
        found = {int(one) for one in self.without.data or () if one.isascii() and one.isdigit() and len(one) < 4}
        return tuple(sorted(found))

    @property
    def narrowed(self) -> bool:
        """Whether anything besides the place was chosen."""
        return bool(self.facets or any(self.kind.data or ()))

    @property
    def facets(self) -> dict[str, list[str]]:
        """Chosen values by facet; facets without a choice are absent."""
        chosen = {name: [value for value in self[name].data or () if value] for name in FACETS}
        return {name: values for name, values in chosen.items() if values}


FACETS = ("profile", "intent", "agency")

"""The query string of pages that list services, as a form."""

from wtforms import Form, IntegerField, StringField


class BrowseForm(Form):
    """Choices that narrow and order a list of services, besides the place.

    An unknown choice leaves nothing; a bad page number is the first page.
    """

    intent = StringField()
    profile = StringField()
    agency = StringField()
    order = StringField()
    page = IntegerField()

    @property
    def page_number(self) -> int:
        return min(max(self.page.data or 1, 1), 10_000)

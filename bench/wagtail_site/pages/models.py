"""A page of rich text, with what a page of a site shows around it."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from wagtail.fields import RichTextField
from wagtail.models import Page

SHOWN = 8


class TextPage(Page):
    """A summary and rich text. Like most sites it shows a menu, the way from the front page, and pages beside it."""

    summary = models.CharField(max_length=400)
    body = RichTextField()

    class Meta:
        app_label = "pages"

    template: ClassVar[str] = "pages/text_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        front = context["page"].get_site().root_page
        context["menu"] = front.get_children().live().in_menu()[:SHOWN]
        context["way"] = self.get_ancestors().live().filter(depth__gte=front.depth)
        context["beside"] = self.get_siblings(inclusive=False).live()[:SHOWN]
        return context

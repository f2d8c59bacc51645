"""The peer: a small Wagtail site with pages of the size of Portico's. It runs in an environment of its own."""

SECTIONS, PAGES = 19, 50

"""Addresses of pages, as machines outside need them: with the name of this site."""

from flask import current_app, url_for


def landing_address(lang: str) -> str:
    """The full address of the front page in a language; addresses of other pages continue it."""
    public_url: str = current_app.config["PUBLIC_URL"]
    if public_url:
        return public_url + url_for("home.landing", lang=lang)
    return url_for("home.landing", lang=lang, _external=True)

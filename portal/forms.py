"""The base of all forms that change something."""

from flask_wtf import FlaskForm


class PostForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that is posted; it carries a token against forged requests."""

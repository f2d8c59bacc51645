"""Input of the pages of staff. These pages are in English for now, so their texts are not translated."""

from typing import Any

from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SelectMultipleField,
    StringField,
    ValidationError,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its type stubs
from wtforms.validators import DataRequired, InputRequired, Length

from ..forms import PostForm
from .rules import MAX_PASSWORD, MIN_PASSWORD, roles_problem

ROLE_CHOICES = [
    SelectChoice("editor", "Editor: writes all content"),
    SelectChoice("reviewer", "Reviewer: checks and publishes what others wrote"),
    SelectChoice("agency_editor", "Agency editor: writes services of chosen agencies"),
    SelectChoice("specialist", "Specialist: answers people with articles, and improves them"),
    SelectChoice("administrator", "Administrator: staff accounts, imports, settings, and all of the above"),
]


def _password(label: str, missing: str, hint: str = "") -> PasswordField:
    return PasswordField(
        label,
        description=hint,
        validators=[
            InputRequired(missing),
            Length(max=MAX_PASSWORD, message=f"The password must have at most {MAX_PASSWORD} characters"),
        ],
    )


class SignInForm(PostForm):
    """The first step of signing in."""

    next = HiddenField()
    email = EmailField("E-mail address", validators=[InputRequired("Enter your e-mail address"), Length(max=254)])
    password = _password("Password", "Enter your password")


class CodeForm(PostForm):
    """The second step. The code is of an authenticator app, or a recovery code."""

    next = HiddenField()
    code = StringField(
        "Code",
        description="The six digits that your authenticator app shows now. A recovery code works too, once.",
        validators=[InputRequired("Enter the code"), Length(max=40, message="The code is too long")],
    )


class SetUpForm(CodeForm):
    """The first code of a new second factor."""

    code = StringField(
        "Code",
        description="The six digits that the app shows now",
        validators=[InputRequired("Enter the code"), Length(max=40, message="The code is too long")],
    )


class NewPasswordForm(PostForm):
    """A password to be set, twice."""

    password = _password(
        "New password",
        "Enter a new password",
        f"At least {MIN_PASSWORD} characters. Several words in a row are easy to remember.",
    )
    again = _password("New password again", "Enter the new password again")

    def validate_again(self, again: PasswordField) -> None:
        if again.data != self.password.data:
            raise ValidationError("The two passwords are not the same")


class ChangePasswordForm(NewPasswordForm):
    """One's own password: who changes it must know the old one."""

    current = _password("Current password", "Enter your current password")


class ConfirmForm(PostForm):
    """Something that asks for the password once more."""

    current = _password("Current password", "Enter your current password")


class NameForm(PostForm):
    """How others see someone."""

    name = StringField(
        "Name",
        filters=[lambda text: " ".join(text.split()) if text else text],
        validators=[
            DataRequired("Enter a name"),
            Length(max=100, message="The name must have at most 100 characters"),
        ],
    )


class RolesForm(PostForm):
    """What someone may do. The agencies are given by the view."""

    roles = SelectMultipleField("Roles", choices=ROLE_CHOICES, option_widget=widgets.CheckboxInput())
    agencies = SelectMultipleField(
        "Agencies of an agency editor", coerce=int, choices=[], option_widget=widgets.CheckboxInput()
    )

    def __init__(self, *args: Any, agencies: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies.choices = [SelectChoice(*choice) for choice in agencies]

    def validate_roles(self, roles: SelectMultipleField) -> None:
        if problem := roles_problem(roles.data or [], self.agencies.data or []):
            raise ValidationError(problem)


class NewStaffForm(NameForm, RolesForm):
    """A new account; its password is set by the person."""

    email = EmailField("E-mail address", validators=[InputRequired("Enter an e-mail address"), Length(max=254)])

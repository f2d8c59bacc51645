"""The pages on which people find out what they can get.

Answers stand neither in addresses nor in titles. A question goes by its number in the visit, because even which one is
asked can tell an answer.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response as Page
from flask import abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..caching import today
from ..catalogue.places.queries import place_by_key
from ..catalogue.places.rules import Place
from ..components import path_to
from ..compression import repeats_nothing
from ..events import record
from ..extensions import limiter
from ..i18n import Text, current_language, pick
from ..panels import panels
from ..security import AudienceBlueprint
from . import store
from .cards import service_cards
from .events import AnswersDeleted, ResultsShown
from .forms import CodeForm, WrongAnswer, bands_of, date_order, fields_of, typed_answer
from .journey import Journey
from .offers import offer_for
from .queries import rulebook
from .results import found_by, results_of
from .scope import NAMES, Scope, scope_of
from .store import Understood, Visit, Where
from .understood import facts_taken_along
from .visits import code_life, forget, idle_time, keep, this_visit
from .words import (
    TOPICS,
    answer_words,
    period_choices,
    person_words,
    question_text,
    range_words,
    topic_words,
)

# Everyone may reach the first; the second are a person's own.
public = AudienceBlueprint("check", __name__, audience="public", url_prefix="/<lang:lang>/check")
blueprint = AudienceBlueprint("screening", __name__, audience="person", url_prefix="/<lang:lang>/check")
# Each start makes a row; a school behind one address starts less often.
STARTS = "600 per hour"
# Where a question that is answered again leads back to.
ORIGINS = ("answers", "results")
MAX_KEY = 120
Answer = str | tuple[str, int] | Response


@blueprint.app_template_filter("text_in")
def text_in(texts: dict[str, str] | None, lang: str) -> Text | None:
    """The text of a record in a language, or in another one."""
    return pick(texts, lang)


@blueprint.app_template_global("check_address")
def check_address(place: Place | None, **given: str | None) -> str | None:
    """The address of a check; None where no service of it has a rule. A postcode is told by its county alone."""
    wanted = {name: value for name, value in given.items() if value}
    scope = scope_of(wanted, current_language())
    if not scope.services or scope.chosen != wanted:
        return None
    key = (place.areas[0] if place.key.isdigit() else place.key) if place else None
    return path_to("check.start", **wanted, **({"place": key} if key else {}))


# Beginning, coming back, ending


@public.get("")
def start() -> str:
    return _start_page(scope_of(request.args, current_language()), request.args.get("place", ""))


@public.post("")
@limiter.limit(STARTS)
def begin() -> Response:
    store.delete_expired(idle_time())
    scope = scope_of(request.form, current_language())
    place = _known_place(request.form.get("place", ""))
    visit, understood = this_visit(), facts_taken_along(request.form.getlist("understood"))
    if visit is not None and request.form.get("answers") == "keep" and (visit.answers or not understood):
        visit.scope, visit.place = scope.chosen, place or visit.place
        visit.understood |= understood
        _journey(visit).settle()
        store.save(visit)
        return keep(redirect(url_for("screening.answers"), 303), visit)
    if visit is not None:
        store.leave(visit)
    return _begin(scope.chosen, place, understood)


@public.get("/resume")
def resume() -> str:
    return render_template("eligibility/resume.html", form=CodeForm(formdata=None))


@public.post("/resume")
@limiter.limit(lambda: current_app.config["SCREENING_CODE_LIMIT"])
def come_back() -> Answer:
    form = CodeForm()
    if not form.validate():
        return render_template("eligibility/resume.html", form=form), 422
    earlier = this_visit()
    visit = store.resume(form.code.data or "")
    if visit is None:
        form.code.errors = [_("This code does not work. Check it, or begin anew: codes end after a while")]
        return render_template("eligibility/resume.html", form=form), 422
    if earlier is not None:
        store.leave(earlier)
    return keep(redirect(url_for("screening.answers"), 303), visit)


@public.get("/ended")
def ended() -> str:
    return render_template("eligibility/ended.html", deleted=False, minutes=current_app.config["SCREENING_MINUTES"])


@public.get("/deleted")
def deleted() -> str:
    return render_template("eligibility/ended.html", deleted=True, minutes=current_app.config["SCREENING_MINUTES"])


@blueprint.before_request
def _require_visit() -> Response | None:
    return None if this_visit() is not None else redirect(url_for("check.ended"), 303)


@blueprint.after_request
def _keep_out_of_stores(response: Page) -> Page:
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/again")
def start_again() -> Response:
    """For someone else: the same services, no answers."""
    visit = _visit()
    store.leave(visit)
    return _begin(visit.scope, None)


@blueprint.post("/delete")
def delete() -> Response:
    store.delete(_visit())
    record(AnswersDeleted())
    return forget(redirect(url_for("check.deleted"), 303))


@blueprint.get("/code")
def code() -> str:
    return _code_page(None)


@blueprint.post("/code")
def make_code() -> Answer:
    visit = _visit()
    if request.form.get("seen", str(visit.code_until or "")) != str(visit.code_until or ""):
        # The page with the code was loaded again: the code that is written down by now must go on working.
        return redirect(url_for("screening.code"), 303)
    return _code_page(store.make_code(visit, code_life()))


@blueprint.post("/code/revoke")
def revoke_code() -> Response:
    store.revoke_code(_visit())
    return redirect(url_for("screening.code"), 303)


# Questions


@blueprint.get("/questions/<int:number>")
def question(number: int) -> Answer:
    journey = _journey(_visit())
    where = journey.question(number)
    if where is None:
        return _onwards(journey)
    answer = journey.visit.answers.get(where)
    fields = fields_of(journey.fact(where), answer.raw if answer else None)
    return _question_page(journey, number, where, fields, _origin(request.args))


@blueprint.post("/questions/<int:number>")
def answer_question(number: int) -> Answer:
    journey = _journey(_visit())
    where = journey.question(number)
    # The form is of another question where the path was changed in another window.
    if where is None or request.form.get("asked") != journey.token(where):
        return _onwards(journey)
    fact, origin = journey.fact(where), _origin(request.form)
    offer = offer_for(journey.visit, where, fact, current_language())
    if offer is not None and request.form.get("use") == offer.source:
        raw = offer.raw
    else:
        try:
            raw = typed_answer(fact, request.form, journey.on)
        except WrongAnswer as wrong:
            return _question_page(journey, number, where, request.form.to_dict(), origin, wrong), 422
    journey.record(where, raw)
    store.save(journey.visit)
    if origin:
        return redirect(url_for(f"screening.{origin}"), 303)
    following = journey.after(number)
    return redirect(url_for("screening.question", number=following), 303) if following else _onwards(journey)


@blueprint.post("/ask")
def ask() -> Response:
    """Ask a question that the results name."""
    journey = _journey(_visit())
    where = journey.by_token(request.form.get("question", ""))
    if where is None:
        return redirect(url_for("screening.results"), 303)
    if where not in journey.visit.path:
        journey.settle(where)
        store.save(journey.visit)
    number = journey.visit.path.index(where) + 1
    return redirect(url_for("screening.question", number=number, back="results"), 303)


# Answers and results


@blueprint.get("/answers")
def answers() -> str:
    journey, lang = _journey(_visit()), current_language()
    topics: dict[str, list[dict[str, Any]]] = {}
    for number, where in enumerate(journey.visit.path, 1):
        answer = journey.visit.answers.get(where)
        if answer is None or where.fact not in journey.book.facts:
            continue
        fact = journey.fact(where)
        topics.setdefault(fact.topic, []).append(
            {
                "number": number,
                "question": question_text(fact, where.person, lang),
                "person": _person(journey, where),
                "answer": answer_words(fact, answer.raw, lang),
                "unused": not journey.arises(where),
            }
        )
    ordered = sorted(topics, key=lambda topic: list(TOPICS).index(topic) if topic in TOPICS else len(TOPICS))
    return _page(
        "eligibility/answers.html",
        journey,
        topics=[(topic_words(topic), topics[topic]) for topic in ordered],
        current=journey.current,
        progress=journey.progress(),
    )


@blueprint.get("/results")
def results() -> str | Response:
    if request.query_string:
        # The page repeats its address, and is compressed: no words of others may stand beside the answers (BREACH).
        return redirect(request.path, 303)
    journey = _journey(_visit())
    repeats_nothing()
    scope, lang = _scope(journey.visit), current_language()
    found = found_by(journey, scope, lang)
    record(ResultsShown(found.likely))
    return _page(
        "eligibility/results.html",
        journey,
        results=results_of(journey, scope, lang),
        panels=panels("screening", found, lang),
        current=journey.current,
        progress=journey.progress(),
        answered=len(journey.visit.answers),
        on=journey.on,
    )


@blueprint.post("/already")
def already() -> Response:
    """Note that the person gets a service, or take the note back."""
    journey = _journey(_visit())
    service, marks = request.form.get("service", ""), journey.visit.already
    if service in journey.services:
        if service in marks:
            marks.remove(service)
        else:
            marks.append(service)
        journey.settle()
        store.save(journey.visit)
    return redirect(url_for("screening.results"), 303)


def _begin(scope: dict[str, str], place: str | None, understood: Mapping[str, Understood] | None = None) -> Response:
    visit = store.start(scope, place, understood)
    journey = _journey(visit)
    journey.settle()
    store.save(visit)
    return keep(_onwards(journey), visit)


def _onwards(journey: Journey) -> Response:
    """To the question that waits, or to the results where nothing is left to ask."""
    if journey.current is None:
        return redirect(url_for("screening.results"), 303)
    return redirect(url_for("screening.question", number=journey.current), 303)


def _visit() -> Visit:
    return this_visit() or abort(404)


def _scope(visit: Visit) -> Scope:
    return scope_of(visit.scope, current_language())


def _journey(visit: Visit) -> Journey:
    return Journey(visit, rulebook(), today(), _scope(visit).services)


def _person(journey: Journey, where: Where) -> str | None:
    return person_words(where.person, journey.home.people) if where.person else None


def _origin(fields: Any) -> str | None:
    origin = fields.get("back")
    return origin if origin in ORIGINS else None


def _known_place(key: str) -> str | None:
    place = place_by_key(key[:MAX_KEY]) if key else None
    return place.key if place else None


def _page(template: str, journey: Journey, **values: Any) -> str:
    return render_template(template, visit=journey.visit, scope=_scope(journey.visit), **values)


def _start_page(scope: Scope, place: str) -> str:
    visit = this_visit()
    return render_template(
        "eligibility/start.html",
        scope=scope,
        everything=scope_of({}, current_language()),
        names=NAMES,
        place=_known_place(place),
        going=bool(visit and visit.answers),
        minutes=current_app.config["SCREENING_MINUTES"],
        days=current_app.config["SCREENING_CODE_DAYS"],
    )


def _code_page(code: str | None) -> str:
    return render_template(
        "eligibility/code.html",
        visit=_visit(),
        scope=_scope(_visit()),
        code=code,
        minutes=current_app.config["SCREENING_MINUTES"],
    )


def _question_page(
    journey: Journey,
    number: int,
    where: Where,
    fields: dict[str, str],
    origin: str | None,
    wrong: WrongAnswer | None = None,
) -> str:
    lang, fact = current_language(), journey.fact(where)
    cards = service_cards(lang)
    answer = journey.visit.answers.get(where)
    offer = offer_for(journey.visit, where, fact, lang)
    return _page(
        "eligibility/question.html",
        journey,
        number=number,
        fact=fact,
        asked=journey.token(where),
        question=question_text(fact, where.person, lang),
        person=_person(journey, where),
        fields=fields,
        wrong=wrong,
        bands=[(f"band-{index}", range_words(fact, band)) for index, band in enumerate(bands_of(fact))],
        periods=period_choices(),
        order=date_order(lang),
        earlier=answer_words(fact, answer.raw, lang) if answer else None,
        offer=offer,
        offered=answer_words(fact, offer.raw, lang) if offer else None,
        touched=[cards[slug] for slug in journey.touched(where) if slug in cards],
        progress=journey.progress(),
        before=journey.before(number),
        origin=origin,
    )

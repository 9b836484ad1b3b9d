"""What happens within a review: questions, and the second person, in each of their states."""

import datetime as dt

from accounts.models import User
from centres import actions, queries
from centres.models import Appeal, Application, Question, ReReview
from centres.states import ReReviewState, Verdict
from foundation import clock
from imi_portal.demo.cast import Cast


def question(row: Application, section: str, text: str, by: User) -> Question:
    due_on = clock.today() + dt.timedelta(days=7)
    return actions.ask(application=row, section=section, text=text, due_on=due_on, by=by)


def questions(row: Application, reviewer: User, owner: User) -> None:
    """Three about one application: settled, answered, and still to be answered."""
    sections = list(queries.application_content(row, []))
    asked = [
        question(row, sections[place].key, text, reviewer)
        for place, text in ((1, "Who stands in for your IQA?"), (2, "Where is it recorded?"), (3, "Which issue is it?"))
    ]
    for each in asked[:2]:
        actions.answer_question(question=each, answer="Our lead trainer; it is in the minutes of May.", by=owner)
    actions.settle_question(question=asked[0], by=reviewer)


def second_person(row: Application, reviewer: User, cast: Cast) -> None:
    """Returned by a lead, asked again, confirmed by a lead, void because a decision changed, and asked once more."""
    lead = cast.team[0]
    actions.rate_risk(application=row, rating="high", reason="Complaints from two employers.", by=reviewer)
    returned = actions.ask_sign_off(application=row, by=reviewer)
    actions.return_sign_off(sign_off=returned, reason="Say how the complaints ended.", no_interest=True, by=lead)
    again = actions.ask_sign_off(application=row, by=reviewer)
    actions.confirm_sign_off(sign_off=again, no_interest=True, by=lead)
    package = row.elements.all()[0]
    criterion = row.version.approval_criteria.all()[0]
    looked_again = actions.Decision(package, criterion, Verdict.MET, "The complaints were settled in March.")
    actions.decide(application=row, decisions=[looked_again], by=reviewer)
    actions.ask_sign_off(application=row, by=reviewer)


def confirmed(row: Application, reviewer: User, cast: Cast) -> None:
    """Rated so high that a lead confirms the approval, and does."""
    actions.rate_risk(application=row, rating="high", reason="It has grown fast this year.", by=reviewer)
    asked = actions.ask_sign_off(application=row, by=reviewer)
    actions.confirm_sign_off(sign_off=asked, no_interest=True, by=cast.team[0])


def decline(row: Application, reviewer: User) -> Application:
    taken = actions.take(application=row, no_interest=True, by=reviewer)
    return actions.decline(application=taken, reason="There is no workshop.", by=reviewer)


def appeal(row: Application, owner: User) -> Appeal:
    return actions.lodge_appeal(application=row, grounds="The workshop opens next month; see our letter.", by=owner)


def uphold(found: Appeal, to: User, cast: Cast) -> None:
    """The refusal was too quick; the second reviewer has begun."""
    reason = "The letter was with the application and was not read."
    actions.uphold_appeal(appeal=found, to=to, reason=reason, by=cast.team[0])
    row = actions.declare_no_interest(application=found.application, no_interest=True, by=to)
    actions.decline(application=row, reason="The workshop of the letter is not equipped.", by=to)


def dismiss(found: Appeal, cast: Cast) -> None:
    actions.dismiss_appeal(appeal=found, reason="The letter names no day.", by=cast.team[0])


def look_again(place: int, cast: Cast, *, how: str) -> None:
    """The re-review of a centre's first element: taken, and decided where ``how`` says so."""
    rows = ReReview.objects.filter(approval__centre=cast.centres[place], state=ReReviewState.OPEN)
    reviewer = cast.eqas[0]
    taken = actions.take_re_review(re_review=rows.order_by("pk")[0], no_interest=True, by=reviewer)
    if how == "confirm":
        finding = "The samples of the year are complete; two visits by telephone."
        actions.confirm_re_review(re_review=taken, risk="medium", finding=finding, by=reviewer)
    elif how == "end":
        actions.end_approval(re_review=taken, finding="Both assessors have left and nobody follows.", by=reviewer)

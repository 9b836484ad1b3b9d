"""Questions to the centre about a section: asked, answered, settled, while the review goes on (A6)."""

import datetime as dt

from django.db import transaction

from accounts.access import require
from centres import notices, rules
from centres.actions.review import REVIEWED, in_review, require_deciding
from centres.actions.sections import locked
from centres.models import Application, Question
from centres.states import CENTRE, QuestionState
from foundation import audit, clock
from foundation.errors import Problem, Refused, WrongState, refuse_if
from foundation.models import StoredFile
from foundation.workflow import Actor, move


@transaction.atomic
def ask(*, application: Application, section: str, text: str, due_on: dt.date, by: Actor) -> Question:
    """The reviewer asks the centre about a section; the application stays in review (A6)."""
    row = in_review(application, by)
    refuse_if(rules.question_problems(section, rules.SECTIONS, text, due_on, clock.today()))
    question = Question.objects.create(
        application=row, section=section, text=text.strip(), due_on=due_on, asked_by_label=by.label[:200]
    )
    audit.record(question, "ask", by=by, facts={"section": section, "text": text.strip(), "due_on": due_on})
    notices.question_asked(question)
    return question


@transaction.atomic
def answer_question(*, question: Question, answer: str, by: Actor, file: StoredFile | None = None) -> Question:
    """The centre answers, with a file where one helps; it can be changed until the reviewer settles it."""
    require(by, CENTRE, question, "answer this question")
    row = _locked(question)
    if row.application.state not in REVIEWED:
        raise WrongState("Questions are answered while the application is being reviewed.")
    if not answer.strip():
        raise Refused([Problem("no_answer", "A6", "Write the answer.", "questions", "answer")])
    verb = "answer" if row.state == QuestionState.ASKED else "answer_again"
    changes = {
        "answer": answer.strip(),
        "file_id": file.pk if file else row.file_id,
        "answered_at": clock.now(),
        "answered_by_label": by.label[:200],
    }
    move(row, verb, by=by, changes=changes, facts={"sha256": file.sha256} if file else {})
    notices.question_answered(row)
    return row


@transaction.atomic
def settle_question(*, question: Question, by: Actor) -> Question:
    """The reviewer has what was asked for, or needs it no more."""
    row = _asked_by(question, by)
    move(row, "settle", by=by, changes={"settled_at": clock.now()})
    return row


@transaction.atomic
def ask_again(*, question: Question, comment: str, due_on: dt.date, by: Actor) -> Question:
    """The answer is not enough: what is still asked, and by when."""
    row = _asked_by(question, by)
    refuse_if(rules.question_problems(row.section, [row.section], comment, due_on, clock.today()))
    changes = {"comment": comment.strip(), "due_on": due_on}
    move(row, "ask_again", by=by, changes=changes, facts=changes)
    notices.question_asked(row)
    return row


def _asked_by(question: Question, by: Actor) -> Question:
    """The locked question, for the reviewer of its application while that is being reviewed."""
    row = _locked(question)
    require_deciding(row.application, by)
    if row.application.state not in REVIEWED:
        raise WrongState("Questions are settled while the application is being reviewed.")
    return row


def _locked(question: Question) -> Question:
    """The application first, then the question, as every verb of the review does."""
    application = locked(question.application)
    row = Question.objects.select_for_update().get(pk=question.pk)
    row.application = application
    return row

"""What the desktop review asks of people beside the applications themselves: the Centre EQA, the EPA team, centres."""

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from centres.models import ActionRequired, Appeal, Application, Question, ReReview, SignOff
from centres.states import ActionState, AppealState, ApplicationState, QuestionState, ReReviewState, SignOffState
from foundation import clock
from imi_portal.queues.items import Board, Figure, Item


def of_the_eqa(whole: Board, user: User) -> None:
    """Questions answered, sign-offs to give, actions overdue, re-reviews to take and to decide."""
    answered = Question.objects.visible_to(user).filter(state=QuestionState.ANSWERED, application__reviewer=user)
    whole.collect(
        answered.select_related("application__centre__organisation"),
        lambda row: Item(
            f"Read the answer to your question: {row.text[:70]}",
            reverse("centres:review", args=[row.application_id]),
            f"{row.application.centre}, {row.application.number}",
            clause="A6",
        ),
    )
    _sign_offs(whole, user)
    overdue = ActionRequired.objects.visible_to(user).filter(
        state=ActionState.OPEN,
        application__state=ApplicationState.ACTIONS_REQUIRED,
        application__reviewer=user,
        escalate_on__lte=clock.today(),
    )
    whole.collect(
        overdue.select_related("application__centre__organisation"),
        lambda row: Item(
            f"Settle an overdue action of {row.application.centre}: {row.text[:60]}",
            reverse("centres:application", args=[row.application_id]),
            "reminded and chased, not answered",
            row.due_on,
            "A9",
        ),
    )
    _re_reviews(whole, user)


def _re_reviews(whole: Board, user: User) -> None:
    """Those that nobody has taken, and those of this person."""
    mine = Q(state=ReReviewState.OPEN) | Q(state=ReReviewState.TAKEN, reviewer=user)
    whole.collect(
        ReReview.objects.visible_to(user)
        .filter(mine)
        .select_related("approval__centre__organisation", "approval__package"),
        lambda row: Item(
            f"{'Take' if row.state == ReReviewState.OPEN else 'Decide'} the re-review of {row.approval.package.code}",
            row.get_absolute_url(),
            str(row.approval.centre),
            row.due_on,
            "A6",
        ),
    )


def of_the_team(whole: Board, user: User) -> None:
    """Applications to allocate, appeals to decide, sign-offs to give."""
    waiting = Application.objects.visible_to(user).filter(state=ApplicationState.SUBMITTED)
    whole.wait_for(
        waiting.select_related("centre__organisation").order_by("review_due_on"),
        lambda row: Item(
            f"Application {row.number}",
            reverse("centres:application", args=[row.pk]),
            f"{row.centre}: to be taken by a Centre EQA, or allocated",
            row.review_due_on,
        ),
    )
    appeals = Appeal.objects.visible_to(user).filter(state=AppealState.LODGED)
    whole.collect(
        appeals.select_related("application__centre__organisation"),
        lambda row: Item(
            f"Decide the appeal about {row.application.number}",
            row.get_absolute_url(),
            str(row.application.centre),
            row.decide_by,
            "A6",
        ),
    )
    _sign_offs(whole, user)
    if not whole.counting:
        late = Application.objects.visible_to(user).filter(
            state__in=[ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW, ApplicationState.RESUBMITTED],
            review_due_on__lt=clock.today(),
        )
        number = late.count()
        address = f"{reverse('centres:queue')}?turn=late"
        whole.figures.append(Figure("reviews late", number, address, alarm=number > 0))


def of_the_centre(whole: Board, user: User) -> None:
    """Questions to answer."""
    asked = Question.objects.visible_to(user).filter(state=QuestionState.ASKED)
    whole.collect(
        asked.select_related("application"),
        lambda row: Item(
            f"Answer a question of the Centre EQA: {row.text[:70]}",
            reverse("centres:answer_question", args=[row.pk]),
            row.application.number,
            row.due_on,
            "A6",
        ),
    )


def _sign_offs(whole: Board, user: User) -> None:
    """Approvals that wait for a second person, who is not the reviewer."""
    rows = SignOff.objects.visible_to(user).filter(state=SignOffState.ASKED).exclude(application__reviewer=user)
    whole.collect(
        rows.select_related("application__centre__organisation", "asked_by"),
        lambda row: Item(
            f"Confirm the approval of {row.application.number}",
            row.get_absolute_url(),
            f"{row.application.centre}: asked for by {row.asked_by.name}",
            clause="A6",
        ),
    )

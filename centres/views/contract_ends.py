"""How a contract ends or is issued again: pages that ask first (A7, A8)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.requests import SignedIn, posted
from accounts.states import Role
from centres import actions, rules
from centres.forms import EndForm, IssueAgainForm, NoticeForm, ReasonForm
from centres.views.contracts import asking, find_contract
from foundation import clock
from foundation.forms import refusals
from foundation.pieces import Row
from foundation.workflow import guard


@require_http_methods(["GET", "POST"])
def withdraw_offer(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team takes a contract back that not both have signed."""
    contract = find_contract(request, pk)
    guard(contract, "withdraw", request.user)
    form = ReasonForm(posted(request), submit_label="Withdraw the contract", cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.withdraw_offer(contract=contract, by=request.user, **form.cleaned_data)
            messages.success(request, f"{contract.number} is withdrawn; the centre has been told.")
            return redirect(contract)
    context = asking(contract, form, f"Withdraw {contract.number}?", "Withdraw") | {
        "warning": "The centre can no longer sign it, and reads the reason. You can issue it again."
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def notice(request: SignedIn, pk: int) -> HttpResponse:
    """The centre's owner or the EPA team gives notice; the page says which day will be the last (A8)."""
    contract = find_contract(request, pk)
    guard(contract, "give_notice", request.user)
    form = NoticeForm(posted(request), cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            row = actions.give_notice(contract=contract, by=request.user, **form.cleaned_data)
            messages.success(request, f"Notice is given. The last day of {row.number} is {row.ended_on:%d %b %Y}.")
            return redirect(contract)
    last = rules.notice_ends_on(clock.today(), contract.notice_days)
    context = asking(contract, form, f"Give notice to end {contract.number}?", "Give notice") | {
        "warning": "After the last day no apprentices can be registered under it. Assessments go on.",
        "facts": [Row("Notice", f"{contract.notice_days} days"), Row("Last day", last)],
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def end(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team ends a contract before its notice would be up, for a named cause."""
    contract = find_contract(request, pk)
    guard(contract, "end_early", request.user)
    form = EndForm(posted(request), initial={"ends_on": clock.today()}, cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.end_early(contract=contract, by=request.user, **form.cleaned_data)
            messages.success(request, f"{contract.number} ends; the centre has been told.")
            return redirect(contract)
    context = asking(contract, form, f"End {contract.number} without notice?", "End") | {
        "warning": "After the last day the centre cannot register apprentices on these elements. Assessments go on."
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def issue_again(request: SignedIn, pk: int) -> HttpResponse:
    """The EPA team issues a contract again: an amendment, or a new offer where the last one lapsed (A7)."""
    contract = find_contract(request, pk)
    require(request.user, [Role.EPA_TEAM], contract, "issue a contract")
    form = IssueAgainForm(posted(request), initial={"starts_on": clock.today()}, cancel_url=contract.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            again = actions.issue_again(contract=contract, by=request.user, **form.cleaned_data)
            messages.success(request, f"{again.number} is being prepared; the centre is told when it can sign.")
            return redirect(again)
    context = asking(contract, form, f"Issue {contract.number} again?", "Issue again") | {
        "lead": "The further version has the terms and the prices of today. Both sides sign it; one that is in force "
        "holds until the day before the further version does."
    }
    return render(request, "centres/form.html", context)

"""The sections that are lists, row by row: people, policies, conflicts of interest (A6)."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn, posted
from centres import actions, queries, rules
from centres.forms import ConfirmForm, InterestForm, PersonForm, PolicyForm
from centres.models import Application, ApplicationInterest, ApplicationPerson, ApplicationPolicy
from centres.views.applications import find_application, trail
from centres.views.saving import Saving
from centres.views.sections import address, opened
from foundation import documents, files
from foundation.models import StoredFile
from standards.models import RequiredPolicy

PAPERS = files.PDF | files.WORD


def _find(request: SignedIn, model: type[Any], pk: int, key: str) -> Any:
    """The row within sight, open for writing."""
    rows = model.objects.visible_to(request.user).select_related("application__centre__organisation")
    row = get_object_or_404(rows.select_related("application__version__standard"), pk=pk)
    opened(request, row.application, key)
    return row


def _stored(request: SignedIn, form: Any, field: str) -> StoredFile | None:
    uploaded = form.cleaned_data.get(field)
    return files.store(uploaded, by=request.user, kinds=PAPERS) if uploaded else None


def _page(request: SignedIn, application: Application, key: str, title: str, saving: Saving) -> HttpResponse:
    back = (rules.SECTIONS[key], address(application, key))
    context = {
        "form": saving.form,
        "clash": saving.clash,
        "together": saving.together,
        "title": title,
        "application": application,
        "breadcrumbs": trail(application, back, (title, "")),
    }
    return render(request, "centres/section_row.html", context, status=409 if saving.clash else 200)


def _answer(
    request: SignedIn, application: Application, key: str, title: str, saving: Saving, said: str
) -> HttpResponse:
    """The form of one row, or back to the list once it is saved."""
    if request.method == "POST" and "theirs" in request.POST:
        messages.info(request, "It stays as it was saved last; what you typed is not kept.")
        return redirect(address(application, key))
    if request.method != "POST":
        saving.begin()
    elif saving.finish():
        messages.success(request, said)
        return redirect(address(application, key))
    return _page(request, application, key, title, saving)


def _person(request: SignedIn, application: Application, row: ApplicationPerson | None) -> HttpResponse:
    def build(data: Any, sent: Any, *, initial: dict[str, Any] | None) -> Any:
        fresh = ApplicationPerson.objects.filter(pk=row.pk).first() if row else None
        back = address(application, "people")
        return PersonForm(data, sent, application=application, person=fresh, initial=initial, cancel_url=back)

    def save(form: Any) -> None:
        with transaction.atomic():
            cv = _stored(request, form, "cv")
            given: dict[str, Any] = {"application": application, "person": row, "cv": cv, "by": request.user}
            actions.save_person(**given, version=form.known_version, **form.values())

    saving = Saving(request, build, save, version=row.version if row else 0)
    title = f"Change {row.name}" if row else "Add somebody"
    return _answer(request, application, "people", title, saving, "Saved.")


@require_http_methods(["GET", "POST"])
def person_add(request: SignedIn, pk: int) -> HttpResponse:
    """A trainer, an assessor or an IQA more."""
    application = find_application(request, pk)
    opened(request, application, "people")
    return _person(request, application, None)


@require_http_methods(["GET", "POST"])
def person(request: SignedIn, pk: int) -> HttpResponse:
    """Somebody who is named already."""
    row = _find(request, ApplicationPerson, pk, "people")
    return _person(request, row.application, row)


def _remove(request: SignedIn, row: Any, key: str, title: str, verb: Any) -> HttpResponse:
    application = row.application
    back = address(application, key)
    form = ConfirmForm(posted(request), submit_label="Remove", cancel_url=back)
    if request.method == "POST" and form.is_valid():
        verb()
        messages.success(request, "Removed.")
        return redirect(back)
    context = {
        "form": form,
        "title": title,
        "warning": "What was handed in before keeps it.",
        "breadcrumbs": trail(application, (rules.SECTIONS[key], back), ("Remove", "")),
    }
    return render(request, "centres/form.html", context)


@require_http_methods(["GET", "POST"])
def person_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Take somebody off, after having been asked."""
    row = _find(request, ApplicationPerson, pk, "people")
    verb = lambda: actions.remove_person(person=row, by=request.user)  # noqa: E731 - run once asked
    return _remove(request, row, "people", f"Remove {row.name}?", verb)


@require_http_methods(["GET", "POST"])
def policy(request: SignedIn, pk: int, policy: int) -> HttpResponse:
    """One of the policies that are asked for: its file and its days."""
    application = find_application(request, pk)
    opened(request, application, "policies")
    wanted = get_object_or_404(RequiredPolicy, pk=policy, version=application.version_id)

    def there() -> ApplicationPolicy | None:
        rows = ApplicationPolicy.objects.filter(application=application, policy=wanted)
        return rows.select_related("stored").first()

    def build(data: Any, sent: Any, *, initial: dict[str, Any] | None) -> Any:
        back = address(application, "policies")
        return PolicyForm(
            data, sent, application=application, policy=wanted, row=there(), initial=initial, cancel_url=back
        )

    def save(form: Any) -> None:
        with transaction.atomic():
            stored = _stored(request, form, "stored")
            given: dict[str, Any] = {"application": application, "policy": wanted, "stored": stored, "by": request.user}
            actions.save_policy(**given, version=form.known_version, **form.values())

    row = there()
    saving = Saving(request, build, save, version=row.version if row else 0)
    return _answer(request, application, "policies", str(wanted), saving, f"{wanted} is saved.")


@require_http_methods(["GET", "POST"])
def policy_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Take a policy off again, after having been asked."""
    row = _find(request, ApplicationPolicy, pk, "policies")
    verb = lambda: actions.remove_policy(policy=row, by=request.user)  # noqa: E731 - run once asked
    return _remove(request, row, "policies", f"Remove the {row.policy}?", verb)


def _interest(request: SignedIn, application: Application, row: ApplicationInterest | None) -> HttpResponse:
    def build(data: Any, sent: Any, *, initial: dict[str, Any] | None) -> Any:
        fresh = ApplicationInterest.objects.filter(pk=row.pk).first() if row else None
        back = address(application, "interest")
        return InterestForm(data, sent, application=application, interest=fresh, initial=initial, cancel_url=back)

    def save(form: Any) -> None:
        given: dict[str, Any] = {"application": application, "interest": row, "by": request.user}
        actions.save_interest(**given, version=form.known_version, **form.values())

    saving = Saving(request, build, save, version=row.version if row else 0)
    title = "Change a conflict of interest" if row else "List a conflict of interest"
    return _answer(request, application, "interest", title, saving, "Saved.")


@require_http_methods(["GET", "POST"])
def interest_add(request: SignedIn, pk: int) -> HttpResponse:
    """A conflict of interest more."""
    application = find_application(request, pk)
    opened(request, application, "interest")
    return _interest(request, application, None)


@require_http_methods(["GET", "POST"])
def interest(request: SignedIn, pk: int) -> HttpResponse:
    """A conflict of interest that is listed already."""
    row = _find(request, ApplicationInterest, pk, "interest")
    return _interest(request, row.application, row)


@require_http_methods(["GET", "POST"])
def interest_remove(request: SignedIn, pk: int) -> HttpResponse:
    """Take it off the list, after having been asked."""
    row = _find(request, ApplicationInterest, pk, "interest")
    verb = lambda: actions.remove_interest(interest=row, by=request.user)  # noqa: E731 - run once asked
    return _remove(request, row, "interest", f"Remove the interest of {row.person}?", verb)


@require_http_methods(["GET"])
def application_file(request: SignedIn, pk: int, stored: int) -> FileResponse:
    """A file of the application, or one it had when it was handed in; with ``?show`` a PDF or picture is shown."""
    application = find_application(request, pk)
    if stored not in queries.files_of(application):
        raise Http404
    return documents.respond(StoredFile.objects.get(pk=stored), inline="show" in request.GET)

"""The sections of an application as the centre writes them, several people at once (A2, A3, A5, A6)."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.requests import SignedIn, posted
from centres import actions, queries, rules
from centres.forms import SECTION_FORMS, SectionCommentForm
from centres.models import Application, SectionComment, SectionDraft
from centres.states import CENTRE
from centres.views.applications import find_application, trail
from centres.views.presence import arrive, leave
from centres.views.saving import Saving
from foundation import clock, files
from foundation.errors import refuse_if
from foundation.forms import refusals

CHECKLIST_KINDS = files.PDF | files.WORD | files.SHEETS
LEADS = {
    "elements": "Each element is approved on its own [A3].",
    "people": "A trainer, an assessor and an IQA for each element; one person may be several [A6].",
    "resources": "The Centre EQA confirms for each element that this is enough [A6].",
    "assessment": "The Centre EQA confirms for each element that this is done correctly [A6].",
    "policies": "The centre’s policies, each in the version that holds now [A6].",
    "checklist": "Fill in the blank checklist and upload it here [A5].",
    "interest": "Whatever could bend a decision about an apprentice, or be thought to [A6].",
    "declaration": "Made by a named person, for the centre; date and time are recorded [A2].",
}
LISTS = frozenset({"people", "policies"})


def address(application: Application, key: str) -> str:
    return reverse("centres:section", kwargs={"pk": application.pk, "section": key})


def opened(request: SignedIn, application: Application, key: str) -> None:
    """The person may write this section now; else the refusal that says why not."""
    if key not in rules.SECTIONS:
        raise Http404
    require(request.user, CENTRE, application, "change this application")
    refuse_if(rules.writable_problems(application.state))


@require_http_methods(["GET", "POST"])
def section(request: SignedIn, pk: int, section: str) -> HttpResponse:
    """One section: its form, or its list; who else is at it; what the colleagues say about it."""
    application = find_application(request, pk)
    opened(request, application, section)
    if request.method == "POST" and ("discard" in request.POST or "theirs" in request.POST):
        actions.discard_draft(application=application, key=section, by=request.user)
        messages.info(request, "The section is as it was saved last; what you typed is not kept.")
        return redirect(address(application, section))
    if section in LISTS:
        return _page(request, application, section)
    saving = _saving(request, application, section)
    if request.method != "POST":
        return _page(request, application, section, saving, _begin(request, application, section, saving))
    if saving.finish():
        messages.success(request, f"“{rules.SECTIONS[section]}” is saved.")
        if "stay" in request.POST:
            return redirect(address(application, section))
        leave(application, section, request.user)
        return redirect(application)
    if saving.clash:
        _keep(request, application, section, saving)
    return _page(request, application, section, saving)


def _saving(request: SignedIn, application: Application, key: str) -> Saving:
    row = queries.section_rows(application).get(key)

    def build(data: Any, sent: Any, *, initial: dict[str, Any] | None) -> Any:
        fresh = find_application(request, application.pk)
        back = application.get_absolute_url()
        form = SECTION_FORMS[key](data, sent, application=fresh, initial=initial, cancel_url=back)
        if form.texts:
            kwargs = {"pk": application.pk, "section": key}
            form.helper.attrs["data-autosave"] = reverse("centres:section_draft", kwargs=kwargs)
        return form

    def save(form: Any) -> None:
        _save(request, application, key, form)

    return Saving(request, build, save, version=row.version if row else 0)


def _save(request: SignedIn, application: Application, key: str, form: Any) -> None:
    given: dict[str, Any] = {"application": application, "by": request.user, "version": form.known_version}
    match key:
        case "elements":
            actions.choose_elements(**given, **form.values())
        case "resources":
            actions.write_resources(**given, **form.values())
        case "assessment":
            actions.write_assessment(**given, **form.values())
        case "interest":
            actions.declare_no_conflicts(**given, **form.values())
        case "declaration":
            actions.declare(**given, **form.values())
        case "checklist":
            with transaction.atomic():
                stored = files.store(form.cleaned_data["checklist"], by=request.user, kinds=CHECKLIST_KINDS)
                actions.upload_checklist(**given, stored=stored)


def _begin(request: SignedIn, application: Application, key: str, saving: Saving) -> SectionDraft | None:
    """With the text that this person typed and did not save; unless it is the same by now."""
    saving.begin()
    draft = SectionDraft.objects.filter(application=application, key=key, user=request.user).first()
    known = {name: text for name, text in draft.text.items() if name in saving.form.texts} if draft else {}
    saved = saving.form.told(saving.form.saved)
    if draft is None or not rules.differing({name: saved[name] for name in known}, known):
        return None
    saving.begin(known, draft.version)
    return draft


def _keep(request: SignedIn, application: Application, key: str, saving: Saving) -> None:
    """Two texts stand side by side: mine is kept until I have decided."""
    text = {name: str(saving.form.data.get(name, "")) for name in saving.form.texts}
    if text:
        known = int(saving.form.data["version"])
        actions.keep_draft(application=application, key=key, version=known, text=text, by=request.user)


def _page(
    request: SignedIn,
    application: Application,
    key: str,
    saving: Saving | None = None,
    draft: SectionDraft | None = None,
) -> HttpResponse:
    context = {
        "form": saving.form if saving else None,
        "clash": saving.clash if saving else None,
        "together": saving.together if saving else False,
        "draft_at": draft.at if draft else None,
        "at_work": arrive(application, key, request.user),
        "saved": queries.section_rows(application).get(key),
        "application": application,
        "key": key,
        "title": rules.SECTIONS[key],
        "lead": LEADS[key],
        "problems": [p for p in queries.application_problems(application, clock.today()) if p.where == key],
        "comments": application.comments.filter(key=key),
        "comment_form": SectionCommentForm(auto_id="comment_%s"),
        "breadcrumbs": trail(application, (rules.SECTIONS[key], "")),
        **_list_of(application, key),
    }
    status = 409 if saving and saving.clash else 200
    return render(request, "centres/section.html", context, status=status)


def _list_of(application: Application, key: str) -> dict[str, Any]:
    match key:
        case "people":
            return {"people": application.people.select_related("cv").prefetch_related("elements")}
        case "policies":
            there = {row.policy_id: row for row in application.policies.select_related("stored")}
            wanted = application.version.policies.all()
            today = clock.today()
            rows = [
                {"policy": policy, "row": row, "expired": row is not None and rules.is_expired(row.expires_on, today)}
                for policy in wanted
                for row in [there.get(policy.pk)]
            ]
            return {"policies": rows}
        case "interest":
            return {"interests": application.interests.all()}
        case _:
            return {}


@require_http_methods(["POST"])
def draft(request: SignedIn, pk: int, section: str) -> HttpResponse:
    """Text as it is typed, kept for this person; what the section says stays."""
    application = find_application(request, pk)
    opened(request, application, section)
    if section not in SECTION_FORMS:
        raise Http404
    form = SECTION_FORMS[section](application=application)
    text = {name: request.POST[name] for name in form.texts if name in request.POST}
    known = request.POST.get("version", "")
    version = int(known) if known.isdecimal() else 0
    kept = actions.keep_draft(application=application, key=section, version=version, text=text, by=request.user)
    return JsonResponse({"kept": f"{kept.at.astimezone(clock.LONDON):%H:%M}"})


@require_http_methods(["POST"])
def comment(request: SignedIn, pk: int, section: str) -> HttpResponse:
    """A word to the colleagues."""
    application = find_application(request, pk)
    opened(request, application, section)
    form = SectionCommentForm(posted(request), auto_id="comment_%s")
    if form.is_valid():
        with refusals(form):
            actions.comment_on_section(
                application=application, key=section, text=form.cleaned_data["text"], by=request.user
            )
            messages.success(request, "Your comment is there; only your colleagues see it.")
            return redirect(f"{address(application, section)}#comments")
    messages.error(request, "Write the comment first.")
    return redirect(f"{address(application, section)}#comments")


@require_http_methods(["POST"])
def resolve(request: SignedIn, pk: int) -> HttpResponse:
    """What a comment asked has been seen to."""
    row = get_object_or_404(SectionComment.objects.visible_to(request.user).select_related("application"), pk=pk)
    actions.resolve_comment(comment=row, by=request.user)
    messages.success(request, "The comment is resolved.")
    return redirect(f"{row.get_absolute_url()}#comments")

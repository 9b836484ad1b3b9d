"""Pages outside the login: whoever holds a single-use link signs, looks at the portfolio, or comments on a subject.

The token is in the path and nowhere else.
"""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts import links
from accounts.models import Link
from accounts.outside import outside
from accounts.requests import posted
from epa.actions import gateway as gateway_actions
from epa.actions import portfolio
from epa.forms.gateway import CommentForm
from epa.models import Gateway, PortfolioPiece, ProjectSubject, Signature
from epa.queries import preparing as queries
from epa.rules import gateway as rules
from epa.states import SubjectState
from epa.views.gateway import sign_page
from foundation import documents
from foundation.errors import Conflict, WrongState
from foundation.forms import refusals


def _closed(request: HttpRequest, why: str = "") -> HttpResponse:
    """A link that opens nothing any more: used, expired, replaced, or never there."""
    return render(request, "epa/sign_closed.html", {"why": why}, status=410)


def _gateway_of(link: Link) -> Gateway:
    return queries.with_people(Gateway.objects.filter(pk=link.subject_id), "epa__").get()


@outside
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """Read and sign the agreement that the apprentice is ready (B1, B2, B5)."""
    link = links.find(token, queries.SIGN)
    if link is None:
        return _closed(request)
    gateway = _gateway_of(link)

    def record(name: str, shown_sha256: str) -> Signature:
        address = request.META.get("REMOTE_ADDR")
        return gateway_actions.sign_by_link(link=link, name=name, shown_sha256=shown_sha256, address=address)

    try:
        gateway_actions.require_open(gateway)
        signature, context = sign_page(request, gateway, link.party, record)
    except Conflict:
        return _closed(request, "The agreement has been signed with this link already.")
    except WrongState:
        return _closed(request, "The agreement is complete; nothing is left to sign.")
    if signature is not None:
        return render(request, "epa/sign_done.html", {"signature": signature})
    return render(request, "epa/sign.html", {**context, "token": token, "asked": link})


@outside
@require_http_methods(["GET"])
def sign_piece(_request: HttpRequest, token: str, pk: int) -> FileResponse:
    """A piece of the portfolio, for whoever is asked to sign that it meets the requirements (B2)."""
    link = links.find(token, queries.SIGN)
    if link is None:
        raise Http404
    piece = get_object_or_404(PortfolioPiece, pk=pk, epa__gateway=link.subject_id)
    return documents.respond(piece.file)


@outside
@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, token: str) -> HttpResponse:
    """The employer's guidance on the project's subject (C5)."""
    link = links.find(token, queries.COMMENT)
    if link is None:
        return _closed(request)
    subject = queries.with_people(ProjectSubject.objects.filter(pk=link.subject_id), "epa__").get()
    if subject.state != SubjectState.PROPOSED:
        return _closed(request, "The subject has been decided; no comment is wanted any more.")
    digest = rules.digest(subject.subject)
    form = CommentForm(posted(request), initial={"shown_sha256": digest})
    if request.method == "POST" and form.is_valid():
        try:
            with refusals(form):
                portfolio.comment_subject(link=link, **form.cleaned_data)
                return render(request, "epa/sign_done.html", {"comment": True})
        except Conflict:
            return _closed(request, "The comment has been given with this link already.")
        form.data = {**request.POST.dict(), "shown_sha256": digest}
    context = {"form": form, "subject": subject, "apprentice": subject.epa.registration.apprentice, "asked": link}
    return render(request, "epa/sign_comment.html", context)

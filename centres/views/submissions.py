"""What was handed in, each time: read again, compared with the time before, downloaded (A3, A9)."""

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedIn
from centres import queries
from centres.models import Submission
from centres.views.applications import trail
from foundation import documents


def _find(request: SignedIn, pk: int) -> Submission:
    rows = Submission.objects.visible_to(request.user)
    found: Submission = get_object_or_404(
        rows.select_related("application__centre__organisation", "application__version__standard", "document__stored"),
        pk=pk,
    )
    return found


@require_http_methods(["GET"])
def submission(request: SignedIn, pk: int) -> HttpResponse:
    """The application as it was handed in, and what had changed since the time before."""
    row = _find(request, pk)
    before = row.application.submissions.filter(number=row.number - 1).first()
    context = {
        "submission": row,
        "application": row.application,
        "before": before,
        "changes": queries.changes_between(before, row) if before else [],
        "content": queries.frozen_content(row),
        "breadcrumbs": trail(row.application, (f"Handed in, no. {row.number}", "")),
    }
    return render(request, "centres/submission.html", context)


@require_http_methods(["GET"])
def paper(request: SignedIn, pk: int) -> FileResponse:
    """Its document; while it is being made there is none."""
    row = _find(request, pk)
    if row.document.stored is None:
        raise Http404("The document is being made.")
    return documents.respond(row.document.stored)

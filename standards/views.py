"""The catalogue as everyone who is signed in may read it: settings, components, price list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from foundation import clock
from foundation.pieces import Row
from standards import queries
from standards.models import StandardVersion


@require_http_methods(["GET"])
def versions(request: HttpRequest) -> HttpResponse:
    """Every version, those open for registration first."""
    today = clock.today()
    found = queries.open_first(StandardVersion.objects.visible_to(request.user), today)
    rows = [(version, queries.is_open(version, today)) for version in found]
    return render(request, "standards/versions.html", {"rows": rows, "breadcrumbs": [("Standards", "")]})


@require_http_methods(["GET"])
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """A version's summary and price list (D4, D5)."""
    found = get_object_or_404(StandardVersion.objects.visible_to(request.user).select_related("standard"), pk=pk)
    today = clock.today()
    settings = queries.settings_of(found)
    context = {
        "version": found,
        "settings": settings,
        "facts": _facts(found),
        "packages": found.packages.all(),
        "gateways": found.programme_gateways.all(),
        "prices": queries.price_list(found, today),
        "changes": queries.price_changes(found, today),
        "breadcrumbs": [("Standards", reverse("standards:list")), (found.short, "")],
    }
    return render(request, "standards/version.html", context)


def _facts(found: StandardVersion) -> list[Row]:
    return [
        Row("Assessment plan", found.assessment_plan, url=found.plan_url, action="Read"),
        Row("Guidance", found.guidance),
        Row("Time on programme", f"at least {found.min_programme_months} months"),
        Row("Off-the-job training", f"at least {found.min_off_the_job_percent} %"),
        Row("Booking notice", f"{found.booking_notice_days} days before the practical"),
        Row("Full fee when cancelled", f"within {found.late_cancellation_days} days of the first confirmed date"),
        Row("Assessment period", f"{found.epa_months} months from its start"),
        Row(
            "Resits and retakes",
            f"within {found.resit_months} months, best grade {found.get_resit_best_grade_display()}",
        ),
        Row("Results", f"within {found.result_working_days} working days of the last day"),
    ]

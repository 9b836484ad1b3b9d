"""A new application begins with what is known from the centre's last one (A3)."""

from typing import Any

from centres import queries, rules
from centres.actions.sections import mark_saved
from centres.models import Application, ApplicationPerson, ApplicationPolicy, ElementResources
from foundation import audit, clock
from foundation.workflow import Actor
from standards.models import Package


def carry_over(application: Application, by: Actor) -> None:
    """Fill in people, resources, arrangements and the policies that hold; the rest is made anew.

    The elements, the checklist, the conflicts of interest and the declarations are about this application alone. What
    was taken over is kept with the application, so that its page can say so.
    """
    source = queries.carried_source(application)
    if source is None:
        return
    packages = {package.code: package for package in application.version.packages.all()}
    carried: dict[str, Any] = {
        "from": source.number,
        "people": _people(source, application, packages),
        "resources": _resources(source, application, packages),
        "policies": _policies(source, application, expired=False),
        "policies_expired": _policies(source, application, expired=True),
    }
    application.staffing, application.assessment = source.staffing, source.assessment
    carried["assessment"] = bool(source.assessment)
    application.carried_from, application.carried = source, carried
    application.save(update_fields=["staffing", "assessment", "carried_from", "carried"])
    for key in ("people", "resources", "policies", "assessment"):
        if carried[key]:
            mark_saved(application, key, by)
    audit.record(application, "carry_over", by=by, facts={"from": source.number})


def _people(source: Application, application: Application, packages: dict[str, Package]) -> list[str]:
    names = []
    for person in source.people.prefetch_related("elements"):
        covered = [packages[element.code] for element in person.elements.all() if element.code in packages]
        row = ApplicationPerson.objects.create(
            application=application,
            name=person.name,
            roles=person.roles,
            qualification=person.qualification,
            competence=person.competence,
            cpd_on=person.cpd_on,
            cpd=person.cpd,
            cv=person.cv,
            saved_by_label=person.saved_by_label,
            saved_at=clock.now(),
        )
        row.elements.set(covered)
        names.append(person.name)
    return names


def _resources(source: Application, application: Application, packages: dict[str, Package]) -> bool:
    rows = [row for row in source.resources.select_related("package") if row.package.code in packages]
    for row in rows:
        package = packages[row.package.code]
        ElementResources.objects.create(application=application, package=package, text=row.text)
    today = clock.today()
    sites = [site for site in source.sites.all() if site.in_use_on(today)]
    application.sites.set(sites)
    return bool(rows or sites or source.staffing)


def _policies(source: Application, application: Application, *, expired: bool) -> list[str]:
    """The policies of the earlier application that this version asks for too: taken over, or expired and only named."""
    wanted = {policy.code: policy for policy in application.version.policies.all()}
    names = []
    for row in source.policies.select_related("policy"):
        policy = wanted.get(row.policy.code)
        if policy is None or rules.is_expired(row.expires_on, clock.today()) != expired:
            continue
        names.append(policy.name)
        if not expired:
            ApplicationPolicy.objects.create(
                application=application,
                policy=policy,
                stored=row.stored,
                issued_on=row.issued_on,
                expires_on=row.expires_on,
                saved_by_label=row.saved_by_label,
                saved_at=clock.now(),
            )
    return names

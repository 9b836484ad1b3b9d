"""A centre's sites: added, changed, closed; nothing with a history is deleted (A6 i)."""

import datetime as dt

from django.db import transaction

from accounts.access import RECORD_KEEPERS, require
from centres import rules
from centres.models import Centre, Site
from foundation import audit, clock
from foundation.errors import refuse_if
from foundation.workflow import Actor


def open_main_site(centre: Centre, *, by: Actor) -> Site:
    """The first site of a new centre: of its address only the town is known. Inside the transaction that opens it."""
    site = Site.objects.create(centre=centre, name="Main site", town=centre.town, main=True, active_from=centre.since)
    audit.record(site, "add_site", by=by, facts={"name": site.name})
    return site


@transaction.atomic
def add_site(*, centre: Centre, details: rules.SiteDetails, by: Actor, active_from: dt.date | None = None) -> Site:
    """Another site of the centre, in use from a day (today unless told). Raises NotAllowed, Refused."""
    require(by, RECORD_KEEPERS, centre, "change the sites of this centre")
    refuse_if(rules.site_problems(details))
    site = Site.objects.create(centre=centre, active_from=active_from or clock.today(), **_fields(details))
    facts = {"site": site.name, "address": site.in_one_line, "active_from": site.active_from}
    audit.record(centre, "add_site", by=by, facts=facts)
    return site


@transaction.atomic
def change_site(*, site: Site, details: rules.SiteDetails, by: Actor) -> Site:
    """Put a site's particulars right. Raises NotAllowed, Refused."""
    require(by, RECORD_KEEPERS, site, "change the sites of this centre")
    refuse_if(rules.site_problems(details))
    row = _locked(site)
    before = {"site": row.name, "address": row.in_one_line, "used_for": row.used_for}
    for name, value in _fields(details).items():
        setattr(row, name, value)
    row.save(update_fields=[*_fields(details)])
    after = {"site": row.name, "address": row.in_one_line, "used_for": row.used_for}
    changed = {name: f"{before[name]} → {after[name]}" for name in after if before[name] != after[name]}
    audit.record(row.centre, "change_site", by=by, facts={"site": row.name, **changed})
    if row.main:
        _keep_town(row)
    return row


@transaction.atomic
def make_main_site(*, site: Site, by: Actor) -> Site:
    """The centre's main site is this one from now on. Raises NotAllowed, Refused."""
    require(by, RECORD_KEEPERS, site, "change the sites of this centre")
    row = _locked(site)
    problems = rules.main_site_problems(active_from=row.active_from, active_to=row.active_to, today=clock.today())
    refuse_if(problems)
    Site.objects.filter(centre=row.centre_id, main=True).exclude(pk=row.pk).update(main=False)
    row.main = True
    row.save(update_fields=["main"])
    _keep_town(row)
    audit.record(row.centre, "make_main_site", by=by, facts={"site": row.name})
    return row


@transaction.atomic
def close_site(*, site: Site, closes_on: dt.date, by: Actor) -> Site:
    """The last day on which a site is in use; it stays on record. Raises NotAllowed, Refused."""
    require(by, RECORD_KEEPERS, site, "change the sites of this centre")
    row = _locked(site)
    problems = rules.closing_problems(
        is_main=row.main,
        active_from=row.active_from,
        active_to=row.active_to,
        closes_on=closes_on,
        today=clock.today(),
    )
    refuse_if(problems)
    row.active_to = closes_on
    row.save(update_fields=["active_to"])
    audit.record(row.centre, "close_site", by=by, facts={"site": row.name, "last_day": closes_on})
    return row


def _locked(site: Site) -> Site:
    """The site as it is now; the centre's row is held, so that two people do not make two main sites."""
    Centre.objects.select_for_update().only("pk").get(pk=site.centre_id)
    return Site.objects.select_related("centre__organisation").get(pk=site.pk)


def _fields(details: rules.SiteDetails) -> dict[str, object]:
    return {
        "name": details.name.strip(),
        "address": details.address.strip(),
        "town": details.town.strip(),
        "postcode": rules.tidy_postcode(details.postcode),
        "uses": list(details.uses),
        "notes": details.notes.strip(),
    }


def _keep_town(site: Site) -> None:
    Centre.objects.filter(pk=site.centre_id).update(town=site.town)

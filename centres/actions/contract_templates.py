"""Writing the text that EPA contracts are made of (A7): begin a draft, publish it in place of the former."""

from django.db import transaction

from accounts.access import require
from centres import queries, rules
from centres.models import ContractClause, ContractTemplate
from centres.states import TEMPLATE_WRITERS, TemplateState
from foundation import audit, clock
from foundation.errors import WrongState, refuse_if
from foundation.workflow import Actor, guard, move
from standards.models import StandardVersion


@transaction.atomic
def begin_template(*, template: ContractTemplate, by: Actor, note: str = "") -> ContractTemplate:
    """A draft with the words of a template that was published, to be changed and published in its turn (A7)."""
    require(by, TEMPLATE_WRITERS, template, "write a contract template")
    rows = _locked(template.version)
    draft = any(row.state == TemplateState.DRAFT for row in rows)
    refuse_if(rules.beginning_draft_problems(template.version.short, draft=draft))
    number = _next_of(rows)
    made = ContractTemplate.objects.create(version=template.version, number=number, note=note)
    _write(made, queries.clause_texts(template))
    audit.record(made, "begin", by=by, facts={"from": template.number})
    return made


@transaction.atomic
def publish_template(*, template: ContractTemplate, by: Actor) -> ContractTemplate:
    """From now on contracts are made of it; the former one is kept as replaced (A7)."""
    rows = {row.pk: row for row in _locked(template.version)}
    row = rows.get(template.pk)
    if row is None:
        raise WrongState("This draft was deleted.")
    guard(row, "publish", by)
    texts = queries.clause_texts(row)
    refuse_if(rules.template_problems(texts))
    for former in rows.values():
        if former.state == TemplateState.PUBLISHED:
            move(former, "replace", by=by, facts={"by": row.number})
    changes = {"published_at": clock.now(), "published_by_label": by.label[:200]}
    facts = {"clauses": [{"heading": text.heading, "text": text.text} for text in texts]}
    move(row, "publish", by=by, changes=changes, facts=facts)
    return row


@transaction.atomic
def first_template(version: StandardVersion, by: Actor) -> ContractTemplate | None:
    """Template 1 of a version that has none, from the terms of its catalogue file; nothing where there is one (A7).

    Called whenever a catalogue file has been taken over (``standards.actions.FOLLOWED_BY``).
    """
    if ContractTemplate.objects.filter(version=version).exists():
        return None
    version.refresh_from_db(fields=["contract_terms"])
    if not version.contract_terms:
        return None
    made = ContractTemplate.objects.create(version=version, note="From the catalogue file")
    _write(made, [rules.ClauseText(term["heading"], term["text"]) for term in version.contract_terms])
    return publish_template(template=made, by=by)


def held_draft(template: ContractTemplate) -> ContractTemplate:
    """The draft, locked until the end of the transaction: whoever writes it is not overtaken by its publishing."""
    row = ContractTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if row is None or row.state != TemplateState.DRAFT:
        raise WrongState("Somebody has published or deleted this draft meanwhile.")
    return row


def next_number(version: StandardVersion) -> int:
    """The number of a further template of the version, which stays locked until the end of the transaction."""
    return _next_of(_locked(version))


def _next_of(rows: list[ContractTemplate]) -> int:
    return max((row.number for row in rows), default=0) + 1


def _locked(version: StandardVersion) -> list[ContractTemplate]:
    """All templates of a version, one person at a time: the version's row is the lock."""
    StandardVersion.objects.select_for_update().only("pk").get(pk=version.pk)
    return list(ContractTemplate.objects.filter(version=version).select_related("version__standard"))


def _write(template: ContractTemplate, texts: list[rules.ClauseText]) -> None:
    ContractClause.objects.bulk_create(
        [
            ContractClause(template=template, order=place * 10, heading=text.heading, text=text.text)
            for place, text in enumerate(texts, start=1)
        ]
    )

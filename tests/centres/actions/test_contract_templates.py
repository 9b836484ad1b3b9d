"""A7: templates are written as drafts, published in place of the former, and never changed afterwards."""

import importlib

import pytest
from django.apps import apps
from django.db import Error, IntegrityError, connection, transaction
from django.urls import reverse

from accounts.actors import System
from accounts.states import Role
from centres import actions, queries
from centres.models import ContractClause, ContractTemplate
from centres.states import TemplateState
from foundation import audit
from foundation.errors import NotAllowed, Refused, WrongState
from standards import actions as catalogue
from tests import builders as people
from tests.centres import builders
from tests.centres.views.scenes import client_of
from tests.standards.fixtures import ST0071

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A7")]


@pytest.fixture
def ada():
    return people.person(Role.ADMINISTRATOR, name="Ada Admin")


@pytest.fixture
def first(st0071) -> ContractTemplate:
    return st0071.contract_templates.get()


def codes(refused) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def states() -> list[tuple[int, str]]:
    return sorted(ContractTemplate.objects.values_list("number", "state"))


def page(name: str, *args: object) -> str:
    return reverse(f"admin:centres_contracttemplate_{name}", args=args)


def test_a_version_that_is_loaded_has_its_first_template_once(st0071, first):
    texts = [(text.heading, text.text) for text in queries.clause_texts(first)]
    assert texts == [(term["heading"], term["text"]) for term in st0071.contract_terms]
    assert (first.number, first.state) == (1, TemplateState.PUBLISHED)
    assert audit.history(first).get().to_state == TemplateState.PUBLISHED
    catalogue.load_version(ST0071, System("test"))
    assert actions.first_template(st0071, System("test")) is None
    assert states() == [(1, "published")]


def test_a_version_without_terms_waits_for_an_administrator(st0071, first):
    application = builders.application_in_review(builders.centre(), st0071)
    builders.decide_all(application)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE centres_contracttemplate CASCADE")
    st0071.contract_terms = []
    st0071.save(update_fields=["contract_terms"])
    assert actions.first_template(st0071, System("test")) is None
    with pytest.raises(Refused) as refused:
        actions.approve(application=application, by=application.reviewer)
    assert codes(refused) == ["no_contract_template"]
    application.refresh_from_db()
    assert (application.state, application.contracts.exists()) == ("in_review", False)


def test_nor_is_one_issued_again_without(st0071, first, ada):
    contract = builders.contract_in_force(builders.centre(), st0071)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE centres_contracttemplate CASCADE")
    with pytest.raises(Refused) as refused:
        actions.issue_again(contract=contract, starts_on=contract.starts_on, by=builders.epa_team())
    assert codes(refused) == ["no_contract_template"]


def test_rows_of_before_get_the_terms_they_had(st0071):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE centres_contracttemplate CASCADE")
    st0071.contract_terms = [{"heading": "Fees", "text": "As {agreed}."}]
    st0071.save(update_fields=["contract_terms"])
    importlib.import_module("centres.migrations.0019_first_contract_templates").first_templates(apps, None)
    template = st0071.contract_templates.get()
    (clause,) = template.clauses.all()
    assert (template.number, template.state, clause.text) == (1, TemplateState.PUBLISHED, "As (agreed).")
    assert audit.history(template).get().to_state == TemplateState.PUBLISHED


def test_a_new_version_is_a_copy_and_takes_the_place_of_the_former(st0071, first, ada):
    draft = actions.begin_template(template=first, by=ada, note="Plainer")
    assert queries.clause_texts(draft) == queries.clause_texts(first)
    assert queries.published_template(st0071) == first
    with pytest.raises(Refused) as refused:
        actions.begin_template(template=first, by=ada)
    assert codes(refused) == ["draft_exists"]
    published = actions.publish_template(template=draft, by=ada)
    assert states() == [(1, "replaced"), (2, "published")]
    assert published.published_by_label == ada.label
    assert [event.verb for event in audit.history(published)] == ["publish", "begin"]
    for row in (first, published):
        with pytest.raises(WrongState):
            actions.publish_template(template=row, by=ada)
    again = actions.begin_template(template=first, by=ada)  # an older one may be taken up
    assert (again.number, states()[-1]) == (3, (3, "draft"))


def test_what_is_wrong_is_not_published(first, ada):
    draft = actions.begin_template(template=first, by=ada)
    draft.clauses.filter(heading="Fees").update(text="{fee} and {")
    with pytest.raises(Refused) as refused:
        actions.publish_template(template=draft, by=ada)
    assert codes(refused) == ["unknown_field", "unbalanced_brace"]
    assert "Clause 4, “Fees”: {fee}" in str(refused.value)
    draft.clauses.all().delete()
    with pytest.raises(Refused) as refused:
        actions.publish_template(template=draft, by=ada)
    assert codes(refused) == ["no_clauses"]
    draft.delete()
    with pytest.raises(WrongState):
        actions.publish_template(template=ContractTemplate(pk=0, version=first.version), by=ada)


@pytest.mark.parametrize("role", [Role.EPA_TEAM, Role.CENTRE_EQA, Role.FINANCE])
def test_administrators_alone_write(first, ada, role):
    draft, other = actions.begin_template(template=first, by=ada), people.person(role)
    for verb in (actions.begin_template, actions.publish_template):
        with pytest.raises(NotAllowed):
            verb(template=draft, by=other)
    assert client_of(other).post(page("publish", draft.pk)).status_code == 302
    assert states() == [(1, "published"), (2, "draft")]


def test_the_database_keeps_what_was_published(first):
    clause = first.clauses.first()
    for change in (
        lambda: ContractClause.objects.filter(pk=clause.pk).update(text="Other"),
        lambda: ContractClause.objects.filter(pk=clause.pk).delete(),
        lambda: first.clauses.create(heading="More", text="More"),
        first.delete,
    ):
        with pytest.raises(Error, match="only a draft"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractTemplate.objects.create(version=first.version, number=2, state=TemplateState.PUBLISHED)
    ContractTemplate.objects.create(version=first.version, number=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractTemplate.objects.create(version=first.version, number=3)


def test_an_administrator_begins_writes_previews_and_publishes(first, ada):
    client = client_of(ada)
    assert client.get(page("begin", first.pk)).status_code == 405
    answer = client.post(page("begin", first.pk), follow=True)
    draft = ContractTemplate.objects.get(state=TemplateState.DRAFT)
    assert answer.redirect_chain == [(page("change", draft.pk), 302)]
    assert "<code>{notice_days}</code>" in answer.content.decode()
    data = {"note": "Shorter", "clauses-TOTAL_FORMS": 1, "clauses-INITIAL_FORMS": 1}
    one = draft.clauses.first()
    draft.clauses.exclude(pk=one.pk).delete()
    data |= {"clauses-0-id": one.pk, "clauses-0-template": draft.pk, "clauses-0-order": 10}
    data |= {"clauses-0-heading": "Notice", "clauses-0-text": "Of {notice} days"}
    refused = client.post(page("change", draft.pk), data)
    assert "Clause, “Notice”: {notice} is not one of the fields. [A7]" in refused.content.decode()
    written = data | {"clauses-0-text": "<b>Of</b> {notice_days} days to {centre_name}\n\n{elements}"}
    assert client.post(page("change", draft.pk), written).status_code == 302
    shown = client.get(page("preview", draft.pk)).content.decode()
    assert "<p>&lt;b&gt;Of&lt;/b&gt; 90 days to Example College</p>" in shown
    assert "<li>AS-CSS-ASP" in shown
    assert "style=" not in shown
    client.post(page("publish", draft.pk))
    assert states() == [(1, "replaced"), (2, "published")]
    again = client.post(page("publish", draft.pk), follow=True)
    assert "this cannot be done now" in again.content.decode()
    assert client.post(page("change", draft.pk), written | {"note": "Late"}).status_code == 403
    assert client.post(page("delete", draft.pk), {"post": "yes"}).status_code == 403
    assert client.get(page("change", draft.pk)).status_code == 200


def test_one_is_written_anew_and_a_draft_is_deleted(first, ada):
    client = client_of(ada)
    data = {"version": first.version_id, "note": "", "clauses-TOTAL_FORMS": 1, "clauses-INITIAL_FORMS": 0}
    data |= {"clauses-0-order": 10, "clauses-0-heading": "All", "clauses-0-text": "For {centre_name}."}
    assert client.post(page("add"), data).status_code == 302
    draft = ContractTemplate.objects.get(number=2)
    assert (draft.state, draft.clauses.get().heading) == (TemplateState.DRAFT, "All")
    assert "There is a draft" in client.post(page("add"), data).content.decode()
    assert client.post(page("delete", draft.pk), {"post": "yes"}).status_code == 302
    assert states() == [(1, "published")]
    with pytest.raises(WrongState):
        actions.held_draft(draft)
    with pytest.raises(WrongState):
        actions.held_draft(first)

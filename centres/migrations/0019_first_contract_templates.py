from django.db import migrations

from foundation import clock

BY = 'contract templates'
BRACES = str.maketrans('{}', '()')  # they were plain text before; now they would stand around the name of a field


def first_templates(apps, schema_editor):
    """Template 1 of every version there is, with the terms that its contracts had until today."""
    templates = apps.get_model('centres', 'ContractTemplate').objects
    clauses = apps.get_model('centres', 'ContractClause').objects
    events = apps.get_model('foundation', 'AuditEvent').objects
    for version in apps.get_model('standards', 'StandardVersion').objects.order_by('pk'):
        if not version.contract_terms:
            continue
        now = clock.now()
        made = templates.create(version=version, note='The terms of before')
        for place, term in enumerate(version.contract_terms, start=1):
            heading, text = (str(term.get(name, '')).translate(BRACES) for name in ('heading', 'text'))
            clauses.create(template=made, order=place * 10, heading=heading[:150], text=text)
        templates.filter(pk=made.pk).update(state='published', published_at=now, published_by_label=BY)
        events.create(
            at=now,
            actor_label=BY,
            subject_type='centres.contracttemplate',
            subject_id=made.pk,
            verb='publish',
            from_state='draft',
            to_state='published',
        )


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0018_contract_templates'),
        ('foundation', '0003_losses'),
    ]

    operations = [migrations.RunPython(first_templates, migrations.RunPython.noop)]

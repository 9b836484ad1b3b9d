import datetime as dt

from django.db import migrations

DECIDED = {'approved': 'approved', 'declined': 'declined'}
# What the settings of a version say by themselves: a known centre's risk, and its re-review.
RISK, DAYS, NOTICE = 'medium', 730, 60


def carry_over(apps, schema_editor):
    """Elements of decided applications were decided with them; approved ones are reviewed again after two years."""
    applications = apps.get_model('centres', 'Application').objects.filter(state__in=list(DECIDED))
    approvals = apps.get_model('centres', 'ElementApproval').objects
    for application in applications.order_by('decided_at'):
        for row in apps.get_model('centres', 'ApplicationElement').objects.filter(application=application):
            row.state, row.decided_at = DECIDED[application.state], application.decided_at
            row.reason = application.decision_reason if row.state == 'declined' else ''
            row.save(update_fields=['state', 'decided_at', 'reason'])
            if row.state == 'approved' and application.decided_at is not None:
                on = application.decided_at.date()
                due_on = on + dt.timedelta(days=DAYS)
                fields = {'application': application, 'approved_on': on, 'risk': RISK, 're_review_due_on': due_on}
                approvals.update_or_create(
                    centre=application.centre,
                    package=row.package,
                    defaults={**fields, 'queue_on': due_on - dt.timedelta(days=NOTICE)},
                )


class Migration(migrations.Migration):

    dependencies = [
        ('centres', '0016_elements_and_approvals'),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]

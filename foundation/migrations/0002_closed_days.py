"""The bank holidays of England and Wales for the years the portal starts with."""

from django.db import migrations

from foundation import workingdays


def load(apps, _schema_editor):
    closed_day = apps.get_model("foundation", "ClosedDay")
    days = workingdays.bank_holidays(range(workingdays.FIRST_YEAR, workingdays.LAST_YEAR + 1))
    closed_day.objects.bulk_create(
        [closed_day(day=day, name=name, bank_holiday=True) for day, name in days.items()], ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]

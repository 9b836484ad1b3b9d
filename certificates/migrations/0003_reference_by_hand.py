from collections import Counter

from django.db import migrations, models
from django.db.models import Q


def take_back_what_was_typed(apps, schema_editor):
    """A reference that two claims have was typed for the one that came back to a person: only the other one's is true."""
    rows = apps.get_model("certificates", "Claim").objects.exclude(reference="")
    counted = Counter(rows.values_list("reference", flat=True))
    twice = [reference for reference, count in counted.items() if count > 1]
    rows.filter(reference__in=twice, state="needs_person").update(reference="")


class Migration(migrations.Migration):

    dependencies = [
        ("certificates", "0002_losses"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="reference_by_hand",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Typed by a person, until the first look finds it or takes it back",
                max_length=30,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="claim",
            name="reference",
            field=models.CharField(blank=True, help_text="The service's own, as it told it", max_length=30),
        ),
        migrations.RunPython(take_back_what_was_typed, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=~Q(reference=""), fields=("reference",), name="claim_reference_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=~Q(reference_by_hand=""),
                fields=("reference_by_hand",),
                name="claim_reference_by_hand_once",
            ),
        ),
    ]

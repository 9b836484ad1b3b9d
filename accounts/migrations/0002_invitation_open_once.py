"""An address has one open invitation to a role: of several open ones the newest stays."""

from django.db import migrations, models
from django.db.models.functions import Lower

from foundation import clock


def keep_the_newest(apps, schema_editor):
    """Older links to the same role, and those that have run out beside a newer one, stop working."""
    invitation = apps.get_model("accounts", "Invitation")
    seen = set()
    for row in invitation.objects.filter(accepted_at=None, withdrawn_at=None).order_by("-created_at", "-pk"):
        offer = (row.organisation_id, row.email.lower(), row.role)
        if offer in seen:
            row.withdrawn_at = clock.now()
            row.save(update_fields=["withdrawn_at"])
        seen.add(offer)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunPython(keep_the_newest, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                Lower("email"),
                models.F("role"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="invitation_open_once",
            ),
        ),
    ]

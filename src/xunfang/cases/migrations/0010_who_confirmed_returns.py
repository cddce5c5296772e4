from typing import Any

from django.db import migrations


def move_confirmations(apps: Any, schema_editor: Any) -> None:
    """Give every return the owner's word as a row of its own, and stand it with its things."""
    item = apps.get_model("cases", "LostItem")
    confirmation = apps.get_model("cases", "ReturnConfirmation")
    for back in apps.get_model("cases", "LostReturn").objects.order_by("pk"):
        confirmation.objects.create(
            back=back,
            channel=back.confirmed,
            said_at=back.confirmed_at,
            at=back.at,
            by=back.by,
        )
        item.objects.filter(pk__in=[back.found_id, back.lost_id]).update(back=back)


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0009_both_sides_confirm'),
    ]

    operations = [
        migrations.RunPython(move_confirmations, migrations.RunPython.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0006_supplier_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="party_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name="membership",
            name="identity_membership_of_staff",
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("party_id__isnull", False), ("role", "supplier")),
                    models.Q(models.Q(("role", "supplier"), _negated=True), ("party_id__isnull", True)),
                    _connector="OR",
                ),
                name="identity_membership_party",
            ),
        ),
    ]

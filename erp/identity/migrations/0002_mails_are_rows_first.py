import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("password_reset", "New password"), ("invitation", "Invitation")], max_length=20),
                ),
                ("address", models.CharField(max_length=254, verbose_name="email address")),
                ("site", models.CharField(max_length=300)),
                ("language", models.CharField(blank=True, default="", max_length=10, verbose_name="language")),
                ("inviter", models.CharField(default="", max_length=150)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("nobody", "Nobody has this address"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.SmallIntegerField(default=0)),
                ("available_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(default="")),
                ("company", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="identity.company")),
            ],
            options={
                "verbose_name": "mail",
                "indexes": [
                    models.Index(condition=models.Q(("state", "waiting")), fields=["available_at"], name="identity_mail_due")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("company", None), ("state", "waiting")),
                        fields=("kind", "address"),
                        name="identity_mail_waits_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("kind", "address", "company"),
                        name="identity_mail_invites_once",
                    ),
                ],
            },
        ),
    ]

from django.db import migrations, models

import accounts.mail_address


class Migration(migrations.Migration):
    """Only what forms check changes, not the table."""

    dependencies = [("accounts", "0008_oidc_identity")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="user",
                    name="email",
                    field=models.EmailField(
                        blank=True,
                        max_length=254,
                        validators=[accounts.mail_address.check],
                        verbose_name="email address",
                    ),
                ),
            ]
        )
    ]

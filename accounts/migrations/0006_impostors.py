import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_credentials"),
        ("city", "0002_holidays"),
    ]

    operations = [
        migrations.CreateModel(
            name="Impostor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="The one spelling of its address (accounts.reading.key_of).",
                        max_length=200,
                        unique=True,
                    ),
                ),
                ("handle", models.CharField(blank=True, max_length=200)),
                ("native_id", models.CharField(blank=True, max_length=200, verbose_name="platform's id")),
                ("url", models.CharField(blank=True, max_length=600, verbose_name="address")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("confirmed", "Confirmed"),
                            ("not_impostor", "Not an impostor"),
                            ("at_platform", "Reported to the platform"),
                            ("taken_down", "Taken down"),
                            ("refused", "Refused by the platform"),
                            ("reopened", "Reopened"),
                        ],
                        default="reported",
                        max_length=12,
                    ),
                ),
                ("first_reported_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reported_on",
                    models.DateField(blank=True, null=True, verbose_name="reported to the platform on"),
                ),
                (
                    "reference",
                    models.CharField(blank=True, max_length=120, verbose_name="the platform's reference"),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-first_reported_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ImpostorReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("typed", models.CharField(max_length=2000, verbose_name="address as given")),
                ("text", models.TextField(verbose_name="what it does")),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("received_at", models.DateTimeField()),
                (
                    "held_why",
                    models.CharField(
                        blank=True,
                        help_text="It is kept all the same.",
                        max_length=200,
                        verbose_name="why it is looked at later",
                    ),
                ),
                ("nonce_hash", models.CharField(editable=False, max_length=64, null=True, unique=True)),
            ],
            options={
                "ordering": ["received_at", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                django.db.models.functions.text.Lower("handle"),
                models.F("platform"),
                name="accounts_account_by_handle",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                condition=models.Q(("native_id", ""), _negated=True),
                fields=["native_id"],
                name="accounts_account_by_native_id",
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(
                models.Func(
                    django.db.models.functions.text.Replace(
                        django.db.models.functions.text.Replace(
                            models.Func(
                                models.Func(
                                    models.Func(
                                        django.db.models.functions.text.Lower(models.F("handle")),
                                        models.Value("^.*/|@.*$"),
                                        models.Value(""),
                                        models.Value("g"),
                                        function="regexp_replace",
                                        output_field=models.CharField(),
                                    ),
                                    models.Value("0123456789i|!$"),
                                    models.Value("olzeasbtbgllls"),
                                    function="translate",
                                    output_field=models.CharField(),
                                ),
                                models.Value("[^a-z]"),
                                models.Value(""),
                                models.Value("g"),
                                function="regexp_replace",
                                output_field=models.CharField(),
                            ),
                            models.Value("rn"),
                            models.Value("m"),
                        ),
                        models.Value("vv"),
                        models.Value("w"),
                    ),
                    models.Value("(.)\\1+"),
                    models.Value("\\1"),
                    models.Value("g"),
                    function="regexp_replace",
                    output_field=models.CharField(),
                ),
                name="accounts_account_likeness",
            ),
        ),
        migrations.AddField(
            model_name="impostor",
            name="platform",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="impostors",
                to="accounts.platform",
            ),
        ),
        migrations.AddField(
            model_name="impostorreport",
            name="impostor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="accounts.impostor"
            ),
        ),
        migrations.AddConstraint(
            model_name="impostor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["reported", "not_impostor"]),
                    ("confirmed_at__isnull", False),
                    _connector="OR",
                ),
                name="accounts_impostor_confirmed_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="impostor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["at_platform", "refused"]), _negated=True),
                    ("reported_on__isnull", False),
                    _connector="OR",
                ),
                name="accounts_impostor_reported_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="impostor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("settled_at__isnull", False),
                        ("status__in", ["not_impostor", "taken_down", "refused"]),
                    ),
                    models.Q(
                        models.Q(("status__in", ["not_impostor", "taken_down", "refused"]), _negated=True),
                        ("settled_at", None),
                    ),
                    _connector="OR",
                ),
                name="accounts_impostor_settled_at",
            ),
        ),
        migrations.AddIndex(
            model_name="impostorreport",
            index=models.Index(fields=["impostor", "received_at"], name="accounts_impostorreport_of"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="impostorreport",
            trigger=pgtrigger.compiler.Trigger(
                name="no_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c0fbf9db1b74dfa551fba192166201c31caa84b5",
                    operation="UPDATE",
                    pgid="pgtrigger_no_update_bc7bb",
                    table="accounts_impostorreport",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="impostorreport",
            trigger=pgtrigger.compiler.Trigger(
                name="no_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e87da616dffa9a030aa54f53699a2ce57a813530",
                    operation="DELETE",
                    pgid="pgtrigger_no_delete_25431",
                    table="accounts_impostorreport",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="impostorreport",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
                    hash="cc6d9a65f2d27392aea2b18137b4b4b7f9f611b8",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_4301e",
                    table="accounts_impostorreport",
                    when="BEFORE",
                ),
            ),
        ),
    ]

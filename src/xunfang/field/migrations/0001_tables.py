import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # What an installation from before has gone through, one by one.
    replaces = [('field', '0001_receipts_and_burden'), ('field', '0002_cards_and_looks')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('units', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='BurdenDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('form', models.CharField(choices=[('press', 'How far with a call'), ('give_back', 'Order given back'), ('feedback', 'Report on a call'), ('duty', 'Duty'), ('gear', 'Gear check'), ('declared', 'What we have with us'), ('observation', 'Observation'), ('tick', 'Step of a card done'), ('look', 'Restricted call read')], max_length=12)),
                ('n_entries', models.PositiveIntegerField(default=0)),
                ('seconds', models.PositiveIntegerField(default=0)),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='units.station')),
            ],
            options={
                'ordering': ['day', 'station__code', 'form'],
                'constraints': [models.UniqueConstraint(fields=('day', 'station', 'form'), name='field_a_form_is_summed_once_a_day_and_station')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('kind', models.CharField(choices=[('press', 'How far with a call'), ('give_back', 'Order given back'), ('feedback', 'Report on a call'), ('duty', 'Duty'), ('gear', 'Gear check'), ('declared', 'What we have with us'), ('observation', 'Observation'), ('tick', 'Step of a card done'), ('look', 'Restricted call read')], max_length=12)),
                ('what', models.CharField(blank=True, max_length=60)),
                ('happened_at', models.DateTimeField()),
                ('device_at', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField()),
                ('skew_s', models.IntegerField(default=0)),
                ('outcome', models.CharField(choices=[('done', 'Taken'), ('refused', 'Refused')], max_length=10)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shift', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='phone_receipts', to='units.shift')),
            ],
            options={
                'ordering': ['-received_at', '-id'],
                'indexes': [models.Index(fields=['shift', 'happened_at'], name='field_recei_shift_i_9b2761_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('code', ''), ('outcome', 'done')), models.Q(('outcome', 'refused'), models.Q(('code', ''), _negated=True)), _connector='OR'), name='field_a_refusal_says_why')],
            },
        ),
    ]

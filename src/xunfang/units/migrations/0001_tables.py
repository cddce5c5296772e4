import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # What an installation from before has gone through, one by one.
    replaces = [('units', '0001_initial'), ('units', '0002_people_and_rosters'), ('units', '0003_people_imports'), ('units', '0004_duty'), ('units', '0005_declarations'), ('units', '0006_positions'), ('units', '0007_device_findings')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('night', models.DateField()),
                ('code', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=60)),
                ('mode', models.CharField(choices=[('foot', 'On foot'), ('bicycle', 'Bicycle'), ('ebike', 'E-bike'), ('car', 'Car')], max_length=10)),
                ('n_sworn', models.PositiveSmallIntegerField()),
                ('n_auxiliary', models.PositiveSmallIntegerField()),
                ('begins_min', models.PositiveSmallIntegerField()),
                ('ends_min', models.PositiveSmallIntegerField()),
                ('break_first_min', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('break_last_min', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('break_minutes', models.PositiveSmallIntegerField(default=0)),
                ('tags', models.CharField(blank=True, max_length=100)),
                ('is_seconded', models.BooleanField(default=False)),
                ('group_number', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['night', 'code'],
                'constraints': [models.UniqueConstraint(fields=('night', 'code'), name='units_a_crew_has_one_shift_a_night'), models.UniqueConstraint(fields=('night', 'group_number'), name='units_a_group_number_exists_once_a_night'), models.CheckConstraint(condition=models.Q(('n_sworn__gte', 1)), name='units_auxiliaries_are_never_alone'), models.CheckConstraint(condition=models.Q(('ends_min__gt', models.F('begins_min'))), name='units_a_shift_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('break_minutes', 0), models.Q(('break_first_min__isnull', False), ('break_last_min__isnull', False)), _connector='OR'), name='units_a_break_has_a_window')],
            },
        ),
        migrations.CreateModel(
            name='Station',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('name_en', models.CharField(blank=True, max_length=80)),
                ('kind', models.CharField(blank=True, max_length=20)),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('protocol', models.CharField(choices=[('xunfang', 'xunfang on the phone'), ('osmand', 'OsmAnd / Traccar Client'), ('owntracks', 'OwnTracks'), ('jt808', 'JT/T 808')], max_length=10)),
                ('datum', models.CharField(choices=[('wgs84', 'WGS-84'), ('cgcs2000', 'CGCS2000'), ('gcj02', 'GCJ-02'), ('bd09', 'BD-09')], default='wgs84', max_length=10)),
                ('datum_set_at', models.DateTimeField(blank=True, null=True)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('registers_until', models.DateTimeField(blank=True, null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('last_heard_at', models.DateTimeField(blank=True, null=True)),
                ('clock_ahead_s', models.PositiveIntegerField(blank=True, null=True)),
                ('clock_behind_s', models.PositiveIntegerField(blank=True, null=True)),
                ('likely_datum', models.CharField(blank=True, choices=[('wgs84', 'WGS-84'), ('cgcs2000', 'CGCS2000'), ('gcj02', 'GCJ-02'), ('bd09', 'BD-09')], max_length=10)),
                ('n_off_duty', models.PositiveBigIntegerField(default=0)),
                ('n_unusable', models.PositiveBigIntegerField(default=0)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='units.station')),
            ],
            options={
                'ordering': ['station__code', 'code'],
            },
        ),
        migrations.CreateModel(
            name='FixDeletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('older_than', models.DateTimeField()),
                ('deleted_at', models.DateTimeField()),
                ('n_fixes', models.PositiveIntegerField()),
                ('first_fixed_at', models.DateTimeField()),
                ('last_fixed_at', models.DateTimeField()),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['-deleted_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('n_fixes__gt', 0)), name='units_a_certificate_is_about_something'), models.CheckConstraint(condition=models.Q(('first_fixed_at__lte', models.F('last_fixed_at')), ('last_fixed_at__lt', models.F('older_than'))), name='units_a_certificate_names_what_was_old_enough')],
            },
        ),
        migrations.CreateModel(
            name='PeopleImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(max_length=120)),
                ('imported_at', models.DateTimeField()),
                ('n_added', models.PositiveIntegerField()),
                ('n_changed', models.PositiveIntegerField()),
                ('n_same', models.PositiveIntegerField()),
                ('n_set_aside', models.PositiveIntegerField()),
                ('unknown_columns', models.JSONField(default=list)),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-imported_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PositionsClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveBigIntegerField(default=0)),
                ('batch', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='units_there_is_one_clock_of_positions')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('fixed_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('speed_mps', models.FloatField(blank=True, null=True)),
                ('heading_deg', models.FloatField(blank=True, null=True)),
                ('accuracy_m', models.FloatField(blank=True, null=True)),
                ('battery_pct', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('batch', models.PositiveBigIntegerField(db_index=True, default=0)),
                ('shift', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='position', to='units.shift')),
            ],
            options={
                'ordering': ['shift'],
            },
        ),
        migrations.CreateModel(
            name='GearCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField()),
                ('overridden_because', models.CharField(blank=True, max_length=200)),
                ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shift', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='gear_check', to='units.shift')),
            ],
            options={
                'ordering': ['shift'],
            },
        ),
        migrations.AddField(
            model_name='shift',
            name='station',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shifts', to='units.station'),
        ),
        migrations.CreateModel(
            name='TeamTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('min_sworn', models.PositiveSmallIntegerField(default=1)),
                ('min_total', models.PositiveSmallIntegerField(default=1)),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('min_sworn__gte', 1), ('min_total__gte', models.F('min_sworn'))), name='units_a_team_has_a_sworn_officer')],
            },
        ),
        migrations.AddField(
            model_name='shift',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='units.teamtemplate'),
        ),
        migrations.CreateModel(
            name='GearTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('when', models.CharField(choices=[('always', 'Always'), ('day', 'By day'), ('night', 'By night')], default='always', max_length=10)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gear_templates', to='units.teamtemplate')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('name_en', models.CharField(blank=True, max_length=80)),
                ('level', models.CharField(choices=[('province', 'Province'), ('city', 'City'), ('county', 'County or district'), ('station', 'Station')], max_length=10)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('is_seconding', models.BooleanField(default=False)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='units.unit')),
                ('station', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='unit', to='units.station')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=40)),
                ('standing', models.CharField(choices=[('sworn', 'Sworn officer'), ('auxiliary', 'Auxiliary'), ('civil', 'Civil staff')], max_length=10)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('is_serving', models.BooleanField(default=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('account', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='person', to=settings.AUTH_USER_MODEL)),
                ('home_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='people', to='units.unit')),
            ],
            options={
                'ordering': ['home_unit__code', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('code', ''), _negated=True)), name='units_a_person_has_a_name_and_a_number'), models.CheckConstraint(condition=models.Q(('standing__in', ['sworn', 'auxiliary', 'civil'])), name='units_a_person_has_a_known_standing')],
            },
        ),
        migrations.CreateModel(
            name='GearItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('name_en', models.CharField(blank=True, max_length=60)),
                ('is_per_person', models.BooleanField(default=True)),
                ('quantity', models.PositiveSmallIntegerField(default=1)),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='units.geartemplate')),
            ],
            options={
                'ordering': ['template__name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('template', 'name'), name='units_a_list_names_a_thing_once'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='units_a_thing_is_taken_along')],
            },
        ),
        migrations.CreateModel(
            name='NightNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('night', models.DateField(db_index=True)),
                ('text', models.CharField(max_length=200)),
                ('posted_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('posted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['night', 'posted_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='units_a_notice_says_something')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('leave', 'Leave'), ('duty', 'Other duty'), ('absent', 'Absent')], default='absent', max_length=10)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('entered_at', models.DateTimeField()),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='units.person')),
            ],
            options={
                'ordering': ['begins_at', 'person__code'],
                'indexes': [models.Index(fields=['begins_at', 'ends_at'], name='units_absen_begins__c76305_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='units_an_absence_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled_at', None), ('cancelled_by', None)), models.Q(('cancelled_at__isnull', False), ('cancelled_by__isnull', False)), _connector='OR'), name='units_a_cancelled_absence_says_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='RestWaiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('night', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('signed_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['night', 'person__code'],
                'constraints': [models.UniqueConstraint(fields=('person', 'night'), name='units_a_rest_is_waived_once_a_night'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='units_a_rest_waiver_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='SetAsideLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('cells', models.JSONField()),
                ('problems', models.JSONField()),
                ('people_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='set_aside', to='units.peopleimport')),
            ],
            options={
                'ordering': ['people_import', 'line'],
                'constraints': [models.UniqueConstraint(fields=('people_import', 'line'), name='units_a_line_is_set_aside_once')],
            },
        ),
        migrations.CreateModel(
            name='GearMissing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('n_missing', models.PositiveSmallIntegerField()),
                ('noted_at', models.DateTimeField()),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='missing_gear', to='units.shift')),
            ],
            options={
                'ordering': ['noted_at', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('n_missing__gte', 1)), name='units_missing_means_some')],
            },
        ),
        migrations.CreateModel(
            name='Fix',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fixed_at', models.DateTimeField()),
                ('device_at', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField()),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('speed_mps', models.FloatField(blank=True, null=True)),
                ('heading_deg', models.FloatField(blank=True, null=True)),
                ('accuracy_m', models.FloatField(blank=True, null=True)),
                ('device', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.device')),
                ('shift', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='fixes', to='units.shift')),
            ],
            options={
                'ordering': ['shift', 'fixed_at'],
                'indexes': [models.Index(fields=['fixed_at'], name='units_fix_fixed_at')],
                'constraints': [models.UniqueConstraint(fields=('shift', 'fixed_at'), name='units_a_fix_is_kept_once'), models.UniqueConstraint(condition=models.Q(('device_at__isnull', False)), fields=('shift', 'device_at'), name='units_a_fix_of_a_clock_ahead_is_kept_once')],
            },
        ),
        migrations.CreateModel(
            name='DutyStay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('place_code', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('name_en', models.CharField(blank=True, max_length=160)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('why_en', models.CharField(blank=True, max_length=300)),
                ('is_post', models.BooleanField(default=False)),
                ('is_mandatory', models.BooleanField(default=False)),
                ('worth', models.FloatField(default=0.0)),
                ('edition', models.PositiveIntegerField()),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stays', to='units.shift')),
            ],
            options={
                'ordering': ['shift', 'begins_at', 'number'],
                'constraints': [models.UniqueConstraint(fields=('shift', 'number'), name='units_a_stay_has_its_own_number'), models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('begins_at'))), name='units_a_stay_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='DutyEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('on', 'On duty'), ('patrol', 'Patrol'), ('wait', 'Waiting at a post'), ('stand_by', 'Standby'), ('pause', 'Pause'), ('return', 'On the way back'), ('escort', 'Escort'), ('unavailable', 'Not available'), ('emergency', 'Officer needs help'), ('emergency_over', 'Help is there'), ('mode', 'Other way of moving'), ('off', 'Off duty')], max_length=20)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('device_at', models.DateTimeField(blank=True, null=True)),
                ('source', models.CharField(choices=[('desk', 'Desk'), ('phone', 'Phone'), ('mirror', '110'), ('machine', 'Device')], max_length=10)),
                ('key', models.UUIDField(unique=True)),
                ('mode', models.CharField(blank=True, choices=[('foot', 'On foot'), ('bicycle', 'Bicycle'), ('ebike', 'E-bike'), ('car', 'Car')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('lon', models.FloatField(blank=True, null=True)),
                ('lat', models.FloatField(blank=True, null=True)),
                ('is_withdrawal', models.BooleanField(default=False)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='units.dutyentry')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duty_entries', to='units.shift')),
            ],
            options={
                'ordering': ['shift', 'happened_at', 'recorded_at', 'id'],
                'indexes': [models.Index(fields=['shift', 'happened_at'], name='units_dutye_shift_i_04a880_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('step__in', ['on', 'patrol', 'wait', 'stand_by', 'pause', 'return', 'escort', 'unavailable', 'emergency', 'emergency_over', 'mode', 'off'])), name='units_a_duty_entry_has_a_known_step'), models.CheckConstraint(condition=models.Q(('is_withdrawal', False), ('corrects__isnull', False), _connector='OR'), name='units_a_withdrawal_names_its_entry')],
            },
        ),
        migrations.CreateModel(
            name='DeviceUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='units.device')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='device_uses', to='units.shift')),
            ],
            options={
                'ordering': ['shift', 'begins_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends_at', None)), fields=('device',), name='units_a_device_is_with_one_crew_at_a_time'), models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gte', models.F('begins_at')), _connector='OR'), name='units_a_device_use_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='CrewDeclaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('woman_officer', 'A woman officer is with us'), ('local_speech', 'Speaks the local dialect'), ('first_aid', 'First-aid kit and training'), ('water_rescue', 'Rope and life vests'), ('riot_gear', 'Shields and helmets')], max_length=20)),
                ('declared_at', models.DateTimeField()),
                ('declared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declarations', to='units.shift')),
            ],
            options={
                'ordering': ['shift', 'kind'],
                'constraints': [models.UniqueConstraint(fields=('shift', 'kind'), name='units_a_crew_declares_a_thing_once')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('member', 'In the crew'), ('joined', 'Local officer who goes along'), ('stand_in', 'Stand-in')], default='member', max_length=10)),
                ('assigned_at', models.DateTimeField()),
                ('assigned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='units.person')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='units.shift')),
            ],
            options={
                'ordering': ['shift__code', 'part', 'person__code'],
                'constraints': [models.UniqueConstraint(fields=('shift', 'person'), name='units_a_crew_names_a_person_once')],
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('first_aid', 'First aid'), ('traffic', 'Traffic'), ('fire', 'Fire safety'), ('water', 'Water rescue'), ('mediation', 'Mediation'), ('language', 'Language or sign language'), ('computing', 'Computers and telephones'), ('drone', 'Flying a drone')], max_length=20)),
                ('detail', models.CharField(blank=True, max_length=40)),
                ('declared_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='units.person')),
            ],
            options={
                'ordering': ['person__code', 'kind', 'detail'],
                'constraints': [models.UniqueConstraint(fields=('person', 'kind', 'detail'), name='units_a_skill_is_declared_once')],
            },
        ),
        migrations.CreateModel(
            name='MentorPair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('paired_at', models.DateTimeField()),
                ('paired_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mentor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='newcomers', to='units.person')),
                ('newcomer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentors', to='units.person')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.station')),
            ],
            options={
                'ordering': ['-begins_on', 'newcomer__code'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('newcomer', 'station'), name='units_a_newcomer_has_one_mentor_at_a_station'), models.CheckConstraint(condition=models.Q(('newcomer', models.F('mentor')), _negated=True), name='units_nobody_is_their_own_mentor')],
            },
        ),
        migrations.CreateModel(
            name='KnownGround',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='known_grounds', to='units.person')),
                ('station', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.station')),
            ],
            options={
                'ordering': ['person__code', 'station__code'],
                'constraints': [models.UniqueConstraint(fields=('person', 'station'), name='units_a_ground_is_named_once')],
            },
        ),
        migrations.CreateModel(
            name='SwapRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'Asked for'), ('approved', 'Approved'), ('refused', 'Refused'), ('taken_back', 'Taken back')], default='asked', max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.person')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='swap_requests', to='units.shift')),
            ],
            options={
                'ordering': ['-asked_at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('shift', 'person'), name='units_a_place_is_swapped_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', 'asked')), models.Q(models.Q(('state', 'asked'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='units_a_decided_swap_says_by_whom')],
            },
        ),
    ]

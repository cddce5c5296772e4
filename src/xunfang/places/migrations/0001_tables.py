import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    # What an installation from before has gone through, one by one.
    replaces = [('places', '0001_initial'), ('places', '0002_registers_and_redraws'), ('places', '0003_safety_plans_points_measures_ideas')]

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='GridCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('polygon', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='MarketGround',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('name_en', models.CharField(blank=True, max_length=80)),
                ('station_code', models.CharField(db_index=True, max_length=20)),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('round_stops', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='PatrolArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('station_code', models.CharField(db_index=True, max_length=20)),
                ('is_rideable', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Idea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('submitted', 'Submitted'), ('on_trial', 'On trial'), ('adopted', 'Adopted'), ('rejected', 'Rejected')], default='submitted', max_length=10)),
                ('submitted_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ideas', to='places.patrolarea')),
            ],
            options={
                'ordering': ['-submitted_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='places_an_idea_says_something'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state__in', ['submitted', 'on_trial'])), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['adopted', 'rejected'])), _connector='OR'), name='places_a_decided_idea_says_by_whom'), models.CheckConstraint(condition=models.Q(('reason', ''), ('state', 'rejected'), _negated=True), name='places_a_rejected_idea_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='KeyPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(choices=[('school', 'School'), ('kindergarten', 'Kindergarten'), ('clinic', 'Hospital or clinic'), ('bank', 'Bank'), ('mall_market', 'Mall, supermarket or market'), ('hotel', 'Hotel'), ('entertainment', 'Entertainment'), ('restaurant', 'Restaurant or night stalls'), ('fuel', 'Fuel or gas'), ('station', 'Railway or bus station'), ('park_square', 'Park or square'), ('estate', 'Estate or old yard'), ('logistics', 'Parcels and logistics'), ('water_bridge', 'Water or bridge'), ('warehouse', 'Warehouse or factory')], max_length=20)),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('check_every_days', models.PositiveSmallIntegerField(default=30)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('cell', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='places.gridcell')),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='IdeaTrial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(choices=[('checks', 'Checks at key places'), ('reported', 'Incidents residents reported'), ('by_hand', 'Counts entered by hand')], max_length=10)),
                ('what', models.CharField(blank=True, max_length=60)),
                ('begins_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('begun_at', models.DateTimeField()),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('idea', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='trial', to='places.idea')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.patrolarea')),
                ('comparison', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.patrolarea')),
            ],
            options={
                'ordering': ['idea'],
                'constraints': [models.CheckConstraint(condition=models.Q(('area', models.F('comparison')), _negated=True), name='places_a_trial_is_compared_with_another_area'), models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='places_a_trial_ends_after_it_begins')],
            },
        ),
        migrations.AddField(
            model_name='gridcell',
            name='area',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cells', to='places.patrolarea'),
        ),
        migrations.CreateModel(
            name='PlaceCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_on', models.DateField()),
                ('unit_code', models.CharField(max_length=20)),
                ('recorded_at', models.DateTimeField(blank=True, null=True)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='places.keyplace')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['checked_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('recorded_at', None), ('recorded_by', None)), models.Q(('recorded_at__isnull', False), ('recorded_by__isnull', False)), _connector='OR'), name='places_a_check_is_recorded_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='PlaceImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_name', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('datum', models.CharField(max_length=10)),
                ('station_code', models.CharField(blank=True, max_length=20)),
                ('rows', models.JSONField(default=list)),
                ('unknown_columns', models.JSONField(default=list)),
                ('n_new', models.PositiveIntegerField(default=0)),
                ('n_changed', models.PositiveIntegerField(default=0)),
                ('n_same', models.PositiveIntegerField(default=0)),
                ('n_set_aside', models.PositiveIntegerField(default=0)),
                ('brought_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('applied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('brought_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-brought_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('applied_at', None), ('applied_by', None)), models.Q(('applied_at__isnull', False), ('applied_by__isnull', False)), _connector='OR'), name='places_an_import_is_applied_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Redraw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('source', models.CharField(max_length=200)),
                ('takes_over', models.BooleanField(default=True)),
                ('draft', models.JSONField(default=list)),
                ('drawn_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('applied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-drawn_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('applied_at', None), ('applied_by', None)), models.Q(('applied_at__isnull', False), ('applied_by__isnull', False)), _connector='OR'), name='places_a_redraw_is_applied_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('applied_at__isnull', False), ('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='places_only_what_was_applied_is_undone_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='FormerCellArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateField()),
                ('cell', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_areas', to='places.gridcell')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.patrolarea')),
                ('redraw', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cells_moved', to='places.redraw')),
            ],
            options={
                'ordering': ['cell__code', 'until'],
                'constraints': [models.UniqueConstraint(fields=('cell', 'until'), name='places_a_cell_changes_its_area_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='AreaEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('polygons', models.JSONField(default=list)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='places.patrolarea')),
                ('redraw', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='places.redraw')),
            ],
            options={
                'ordering': ['area__code', 'valid_from'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('area',), name='places_an_area_has_one_boundary_now'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='places_a_boundary_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='ResponseCircle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('station_code', models.CharField(db_index=True, max_length=20)),
                ('lon', models.FloatField()),
                ('lat', models.FloatField()),
                ('minutes', models.PositiveSmallIntegerField()),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('minutes__in', [1, 3, 5])), name='places_a_circle_is_of_1_3_or_5_minutes')],
            },
        ),
        migrations.CreateModel(
            name='SchoolPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveIntegerField()),
                ('posts', models.JSONField(default=list)),
                ('contacts', models.JSONField(default=list)),
                ('checks', models.JSONField(default=list)),
                ('notes', models.CharField(blank=True, max_length=500)),
                ('next_review_on', models.DateField()),
                ('reviewed_on', models.DateField()),
                ('reviewed_at', models.DateTimeField()),
                ('is_current', models.BooleanField(default=True)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='school_plans', to='places.keyplace')),
                ('reviewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['place__code', '-edition'],
                'constraints': [models.UniqueConstraint(fields=('place', 'edition'), name='places_an_edition_of_a_school_plan_exists_once'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('place',), name='places_a_school_has_one_plan_now'), models.CheckConstraint(condition=models.Q(('next_review_on__gt', models.F('reviewed_on'))), name='places_a_school_plan_is_reviewed_again_later')],
            },
        ),
        migrations.CreateModel(
            name='ServicePoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True, validators=[django.core.validators.RegexValidator('^[A-Za-z0-9-]+$')])),
                ('name', models.CharField(max_length=60)),
                ('name_en', models.CharField(blank=True, max_length=80)),
                ('address', models.CharField(max_length=120)),
                ('address_en', models.CharField(blank=True, max_length=160)),
                ('station_code', models.CharField(db_index=True, max_length=20)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('offers', models.JSONField(default=list)),
                ('hours', models.JSONField(default=dict)),
                ('is_listed', models.BooleanField(default=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField()),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='service_points', to='places.patrolarea')),
                ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('address', ''), _negated=True)), name='places_a_service_point_has_a_name_and_an_address')],
            },
        ),
        migrations.CreateModel(
            name='ServicePointException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('hours', models.CharField(blank=True, max_length=100)),
                ('reason', models.CharField(blank=True, max_length=60)),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='places.servicepoint')),
            ],
            options={
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('point', 'day'), name='places_a_service_point_has_one_exception_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ServicePointStaffing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n_officers', models.PositiveSmallIntegerField(default=2)),
                ('crew_code', models.CharField(blank=True, max_length=20)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='staffings', to='places.servicepoint')),
            ],
            options={
                'ordering': ['begins_at', 'id'],
                'indexes': [models.Index(fields=['point', 'ends_at'], name='places_serv_point_i_b50fcd_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('begins_at'))), name='places_a_staffing_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('n_officers__gte', 1)), name='places_a_staffing_is_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField()),
                ('cells', models.JSONField(default=dict)),
                ('problems', models.JSONField(default=list)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('place_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='set_aside', to='places.placeimport')),
            ],
            options={
                'ordering': ['place_import_id', 'line'],
                'constraints': [models.UniqueConstraint(fields=('place_import', 'line'), name='places_a_line_is_set_aside_once')],
            },
        ),
        migrations.CreateModel(
            name='StreetNetwork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('attribution', models.CharField(blank=True, max_length=200)),
                ('datum', models.CharField(max_length=10)),
                ('digest', models.CharField(max_length=64)),
                ('report', models.JSONField(default=dict)),
                ('west', models.FloatField()),
                ('south', models.FloatField()),
                ('east', models.FloatField()),
                ('north', models.FloatField()),
                ('is_current', models.BooleanField(default=False)),
                ('is_fictional', models.BooleanField(default=False)),
                ('imported_at', models.DateTimeField()),
                ('imported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-imported_at', 'code'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('is_current',), name='places_at_most_one_network_is_current')],
            },
        ),
        migrations.CreateModel(
            name='TrialFigures',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveIntegerField()),
                ('before', models.PositiveIntegerField()),
                ('during', models.PositiveIntegerField()),
                ('comparison_before', models.PositiveIntegerField()),
                ('comparison_during', models.PositiveIntegerField()),
                ('source', models.CharField(max_length=120)),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('trial', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='places.ideatrial')),
            ],
            options={
                'ordering': ['trial', '-edition'],
                'constraints': [models.UniqueConstraint(fields=('trial', 'edition'), name='places_figures_of_a_trial_are_entered_once_an_edition'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='places_figures_of_a_trial_have_a_source')],
            },
        ),
        migrations.CreateModel(
            name='AreaStreet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('segment_id', models.CharField(max_length=40)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('length_m', models.FloatField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='streets', to='places.areaedition')),
            ],
            options={
                'ordering': ['segment_id'],
                'constraints': [models.UniqueConstraint(fields=('edition', 'segment_id'), name='places_a_street_is_named_once_in_an_area')],
            },
        ),
        migrations.CreateModel(
            name='CalendarSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('city', 'Markets, schools, rounds'), ('holidays', 'Holidays of a year')], max_length=10)),
                ('year', models.PositiveSmallIntegerField(default=0)),
                ('text', models.TextField()),
                ('source_name', models.CharField(max_length=200)),
                ('is_current', models.BooleanField(default=True)),
                ('imported_at', models.DateTimeField()),
                ('imported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['kind', 'year', '-imported_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('kind', 'year'), name='places_one_calendar_of_a_kind_holds')],
            },
        ),
        migrations.CreateModel(
            name='IncidentCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(max_length=20)),
                ('source', models.CharField(choices=[('resident_reported', 'Reported by residents'), ('patrol_found', 'Found on patrol')], max_length=20)),
                ('first_day', models.DateField()),
                ('n_days', models.PositiveSmallIntegerField()),
                ('hour', models.PositiveSmallIntegerField()),
                ('n_incidents', models.PositiveIntegerField()),
                ('cell', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='incidents', to='places.gridcell')),
            ],
            options={
                'ordering': ['cell__code', 'category', 'hour'],
                'indexes': [models.Index(fields=['cell', 'source', 'hour'], name='places_inci_cell_id_0957ca_idx')],
            },
        ),
        migrations.CreateModel(
            name='BusyWindow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_month', models.PositiveSmallIntegerField(default=1)),
                ('last_month', models.PositiveSmallIntegerField(default=12)),
                ('weekdays', models.CharField(default='1234567', max_length=7)),
                ('begins_min', models.PositiveSmallIntegerField()),
                ('ends_min', models.PositiveSmallIntegerField()),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='busy_windows', to='places.keyplace')),
            ],
            options={
                'ordering': ['place__code', 'begins_min'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_min__gt', models.F('begins_min'))), name='places_a_busy_window_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='MeasuresCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('spots', models.JSONField(default=list)),
                ('valid_from', models.DateField()),
                ('set_at', models.DateTimeField()),
                ('reviewed_at', models.DateTimeField()),
                ('reviewed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures_cards', to='places.patrolarea')),
            ],
            options={
                'ordering': ['area__code', '-edition'],
                'constraints': [models.UniqueConstraint(fields=('area', 'edition'), name='places_an_edition_of_a_measures_card_exists_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='places_a_measures_card_says_something')],
            },
        ),
    ]

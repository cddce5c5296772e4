import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('feedback', '0001_initial'),
        ('units', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('text', models.TextField()),
                ('approved_by', models.CharField(max_length=60)),
                ('approved_on', models.DateField()),
                ('is_current', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('suggested', models.JSONField(default=list)),
                ('urgency', models.PositiveSmallIntegerField(choices=[(1, 'U1 · at once'), (2, 'U2 · this shift'), (3, 'U3 · five working days'), (4, 'U4 · fifteen days')], default=3)),
                ('place_name', models.CharField(blank=True, max_length=80)),
                ('lon', models.FloatField(blank=True, null=True)),
                ('lat', models.FloatField(blank=True, null=True)),
                ('state', models.CharField(choices=[('new', 'New'), ('sorted', 'Sorted'), ('in_hand', 'In hand'), ('paused', 'Waiting'), ('elsewhere', 'With another department'), ('answered', 'Answered'), ('closed', 'Closed')], db_index=True, default='new', max_length=10)),
                ('opened_at', models.DateTimeField()),
                ('reply_by', models.DateTimeField()),
                ('settle_by', models.DateTimeField()),
                ('replied_at', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('sealed_from', models.CharField(blank=True, max_length=12)),
                ('is_sealed', models.BooleanField(default=False)),
                ('public_since', models.DateTimeField(blank=True, null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_cases', to=settings.AUTH_USER_MODEL)),
                ('station', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='units.station')),
            ],
            options={
                'ordering': ['urgency', 'opened_at', 'id'],
                'indexes': [models.Index(fields=['state', 'urgency', 'opened_at'], name='cases_inbox'), models.Index(fields=['-public_since'], name='cases_public_since')],
                'constraints': [models.CheckConstraint(condition=models.Q(('urgency__gte', 1), ('urgency__lte', 4)), name='cases_a_case_has_a_known_urgency'), models.CheckConstraint(condition=models.Q(('is_sealed', False), ('public_since', None), _connector='OR'), name='cases_what_is_sealed_is_not_public')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('findings', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('template', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='cases.answertemplate')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='cases.case')),
            ],
            options={
                'ordering': ['case', 'at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('yes', 'Accepted'), ('partly', 'Accepted in part'), ('no', 'Not accepted')], max_length=6)),
                ('why', models.CharField(max_length=1000)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='cases.case')),
            ],
            options={
                'ordering': ['case', 'at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PublicText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('word', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_texts', to='feedback.word')),
            ],
            options={
                'ordering': ['word', '-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=8, unique=True)),
                ('name', models.CharField(max_length=40)),
                ('name_en', models.CharField(max_length=60)),
                ('urgency', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'U1 · at once'), (2, 'U2 · this shift'), (3, 'U3 · five working days'), (4, 'U4 · fifteen days')], null=True)),
                ('police_matter', models.CharField(choices=[('yes', 'Police'), ('shared', 'Police and others'), ('no', 'Another department')], default='yes', max_length=6)),
                ('route', models.CharField(choices=[('duty_officer', 'Duty officer'), ('station_duty', 'Station on duty'), ('community_officer', 'Community officer'), ('traffic', 'Traffic police'), ('scam_desk', 'Scam desk'), ('service_window', 'Service window'), ('inbox_clerk', 'Inbox'), ('unit_head', 'Head of the unit'), ('supervisor', 'Supervisor'), ('followup_office', 'Follow-up office'), ('privacy_officer', 'Privacy officer'), ('duty_planner', 'Duty planner')], default='inbox_clerk', max_length=20)),
                ('transfer_to', models.JSONField(default=list)),
                ('map_110', models.CharField(blank=True, max_length=20)),
                ('is_sensitive', models.BooleanField(default=False)),
                ('sorts_itself_above', models.FloatField(blank=True, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='cases.topic')),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('parent', None), ('urgency', None)), models.Q(('parent__isnull', False), ('urgency__gte', 1), ('urgency__lte', 4)), _connector='OR'), name='cases_a_leaf_has_an_urgency'), models.CheckConstraint(condition=models.Q(('sorts_itself_above', None), models.Q(('sorts_itself_above__gt', 0), ('sorts_itself_above__lte', 1)), _connector='OR'), name='cases_a_threshold_is_a_share')],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='second_topic',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.topic'),
        ),
        migrations.AddField(
            model_name='case',
            name='topic',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='cases.topic'),
        ),
        migrations.CreateModel(
            name='WordLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='cases.case')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('word', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='feedback.word')),
            ],
            options={
                'ordering': ['case', 'at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('case', 'word'), name='cases_a_word_is_in_a_case_once')],
            },
        ),
        migrations.CreateModel(
            name='CaseEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(choices=[('opened', 'Came in'), ('sorted', 'Sorted'), ('taken', 'Taken'), ('paused', 'Clock stopped'), ('resumed', 'Clock runs again'), ('referred', 'Passed on'), ('came_back', 'Came back'), ('noted', 'Note'), ('acted', 'Ordered'), ('answered', 'Answered'), ('not_answered', '“Not answered”'), ('reopened', 'Opened again'), ('closed', 'Closed')], max_length=14)),
                ('actor', models.CharField(choices=[('house', 'By itself'), ('handler', 'Staff'), ('supervisor', 'Supervisor'), ('resident', 'Resident')], max_length=10)),
                ('at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=500)),
                ('detail', models.JSONField(default=dict)),
                ('key', models.UUIDField(unique=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.case')),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['case', 'at'], name='cases_event_case_at')],
            },
        ),
        migrations.CreateModel(
            name='CaseReferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=50, unique=True)),
                ('office', models.CharField(max_length=60)),
                ('matter', models.CharField(max_length=500)),
                ('sent_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('sent', 'Referred'), ('accepted', 'Accepted there'), ('done', 'Dealt with there'), ('returned', 'Came back')], default='sent', max_length=10)),
                ('status_at', models.DateTimeField()),
                ('receipt_number', models.CharField(blank=True, max_length=60)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('came_back_at', models.DateTimeField(blank=True, null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='cases.case')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['sent_at', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('came_back_at', None)), fields=('case', 'office'), name='cases_an_office_has_a_matter_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('came_back_at__isnull', False), ('status__in', ['done', 'returned'])), models.Q(('came_back_at', None), ('status__in', ['sent', 'accepted'])), _connector='OR'), name='cases_a_referral_that_is_over_says_when')],
            },
        ),
    ]

import django.contrib.auth.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    # What an installation from before has gone through, one by one.
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_standing"),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=60, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='user name')),
                ('display_name', models.CharField(max_length=60, verbose_name='name')),
                ('role', models.CharField(choices=[('duty_officer', 'Duty officer'), ('leader', 'Leader'), ('patrol_officer', 'Patrol officer'), ('community_officer', 'Community officer'), ('supervisor', 'Supervisor'), ('administrator', 'Administrator')], max_length=20, verbose_name='role')),
                ('standing', models.CharField(choices=[('sworn', 'Sworn officer'), ('auxiliary', 'Auxiliary'), ('civil', 'Civil staff')], default='sworn', max_length=10, verbose_name='standing')),
                ('station_code', models.CharField(blank=True, max_length=12, verbose_name='station')),
                ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['duty_officer', 'leader', 'patrol_officer', 'community_officer', 'supervisor', 'administrator'])), name='accounts_user_has_a_known_role'), models.CheckConstraint(condition=models.Q(('standing__in', ['sworn', 'auxiliary', 'civil'])), name='accounts_user_has_a_known_standing'), models.CheckConstraint(condition=models.Q(('display_name', ''), _negated=True), name='accounts_user_has_a_name_to_show')],
            },
        ),
        migrations.CreateModel(
            name='FailedSignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['name_digest', 'at'], name='accounts_failed_name_at')],
            },
        ),
    ]

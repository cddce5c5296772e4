import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, unique=True)),
                ('code_digest', models.CharField(max_length=64, unique=True)),
                ('channel', models.CharField(choices=[('web', 'Form'), ('open311', 'Open311'), ('sms', 'Text message'), ('chat', 'Chat'), ('email', 'E-mail'), ('phone', 'Telephone'), ('face', 'Face to face'), ('meeting', 'Meeting'), ('paper', 'Paper'), ('patrol', 'On patrol')], max_length=10)),
                ('asks', models.CharField(blank=True, choices=[('', 'Not said'), ('question', 'Question'), ('report', 'Report'), ('suggestion', 'Suggestion'), ('criticism', 'Criticism'), ('complaint', 'Complaint about an officer'), ('thanks', 'Thanks'), ('own_data', 'My data')], max_length=12)),
                ('received_at', models.DateTimeField()),
                ('said_at', models.DateTimeField(blank=True, null=True)),
                ('lon', models.FloatField(blank=True, null=True)),
                ('lat', models.FloatField(blank=True, null=True)),
                ('source', models.CharField(blank=True, max_length=40)),
                ('external_id', models.CharField(blank=True, max_length=120)),
                ('ledger_index', models.PositiveBigIntegerField(unique=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-received_at', '-id'],
                'indexes': [models.Index(fields=['-received_at'], name='feedback_word_received')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='feedback_a_word_comes_once'), models.CheckConstraint(condition=models.Q(models.Q(('lat', None), ('lon', None)), models.Q(('lat__gte', -90), ('lat__lte', 90), ('lon__gte', -180), ('lon__lte', 180)), _connector='OR'), name='feedback_a_place_is_on_earth')],
            },
        ),
        migrations.CreateModel(
            name='Knock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('what', models.CharField(max_length=10)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['digest', 'what', 'at'], name='feedback_knock_digest')],
            },
        ),
        migrations.CreateModel(
            name='Said',
            fields=[
                ('word', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='said', serialize=False, to='feedback.word')),
                ('text', models.TextField()),
                ('place_words', models.CharField(blank=True, max_length=200)),
                ('salt', models.BinaryField(max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('path', models.CharField(max_length=200)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('word', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='feedback.word')),
            ],
            options={
                'ordering': ['word', 'number'],
                'constraints': [models.UniqueConstraint(fields=('word', 'number'), name='feedback_photos_are_numbered')],
            },
        ),
        migrations.CreateModel(
            name='Hiding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_hidden', models.BooleanField()),
                ('reason', models.CharField(choices=[('privacy', 'Private life of a third person'), ('minor', 'A child is concerned'), ('proceedings', 'Open proceedings'), ('insult', 'Insult or threat against a person'), ('unlawful', 'Content the law forbids to publish')], max_length=12)),
                ('law', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('word', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hidings', to='feedback.word')),
            ],
            options={
                'ordering': ['word', '-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField()),
                ('digest', models.CharField(db_index=True, max_length=64)),
                ('erase_on', models.DateField(blank=True, null=True)),
                ('word', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='contact', to='feedback.word')),
            ],
        ),
    ]

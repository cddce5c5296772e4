from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    name = "xunfang.patrols"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig


class MediationsConfig(AppConfig):
    name = "xunfang.mediations"
    default_auto_field = "django.db.models.BigAutoField"

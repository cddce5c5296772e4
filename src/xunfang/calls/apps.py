from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "xunfang.calls"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "xunfang.places"
    default_auto_field = "django.db.models.BigAutoField"

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "xunfang.audit"

from django.urls import path

from xunfang.audit.ledger import views

app_name = "audit"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("checkpoints", views.checkpoints, name="checkpoints"),
    path("proof", views.proof, name="proof"),
    path("consistency", views.consistency, name="consistency"),
]

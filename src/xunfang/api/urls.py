from django.urls import path

from xunfang.api.senders import views as senders
from xunfang.api.words import views as words

app_name = "api"
urlpatterns = [
    path("senders/", senders.senders, name="senders"),
    path("senders/<int:pk>/revoke/", senders.revoke, name="revoke-sender"),
    path("api/words/<slug:sender>/", words.bring_word, name="words"),
    path("api/kannel/<uuid:message>/", words.bring_text, name="kannel"),
]

"""What every page has: headers, theme, language, and a sentence when it goes wrong."""

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import path
from pytest_django.asserts import assertContains, assertNotContains

from xunfang.accounts.policies import NotAllowed
from xunfang.config.urls import (
    handler400,
    handler403,
    handler404,
    handler500,
)
from xunfang.config.urls import (
    urlpatterns as house,
)
from xunfang.core.errors import DomainError

pytestmark = pytest.mark.django_db

SIGN_IN = "/account/sign-in/"


class NobodyPutThisInWords(DomainError):
    code = "tests.without_a_sentence"


def refuse(request: HttpRequest):
    raise NotAllowed("for the log only")


def refuse_without_words(request: HttpRequest):
    raise NobodyPutThisInWords("for the log only")


def break_down(request: HttpRequest):
    raise RuntimeError("for the log only")


urlpatterns = [
    path("refuse/", refuse),
    path("refuse-without-words/", refuse_without_words),
    path("break/", break_down),
    *house,
]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def test_policy_allows_nothing_from_elsewhere_and_nothing_inline(client):
    policy = client.get(SIGN_IN).headers["Content-Security-Policy"]

    assert dict(part.split(" ", 1) for part in policy.split("; ")) == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "worker-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
        "base-uri": "'none'",
    }


def test_other_headers_close_what_we_do_not_use(client, account):
    client.force_login(account("supervisor"))

    headers = client.get("/account/record/").headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"
    assert "camera=()" in headers["Permissions-Policy"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client):
    client.get(SIGN_IN)
    client.post("/language/", {"language": "en"})
    client.post("/theme/", {"theme": "night"})

    kept = {
        name: (cookie["httponly"], cookie["samesite"])
        for name, cookie in client.cookies.items()
    }

    assert kept == {
        "xunfang_csrf": (True, "Lax"),
        "xunfang_language": (True, "Lax"),
        "xunfang_theme": (True, "Lax"),
    }


@pytest.mark.parametrize(
    ("asked", "lang", "title"),
    [("", "zh-Hans", "登录"), ("zh-CN", "zh-Hans", "登录"), ("en-GB", "en", "Sign in")],
)
def test_page_speaks_chinese_unless_asked_for_english(client, asked, lang, title):
    response = client.get(SIGN_IN, headers={"Accept-Language": asked})

    assertContains(response, f'<html lang="{lang}"')
    assertContains(response, f"<h1>{title}</h1>", html=True)


def test_language_is_remembered_and_the_person_stays_where_they_were(client):
    response = client.post("/language/", {"language": "en", "next": SIGN_IN})

    assert response.headers["Location"] == SIGN_IN
    assertContains(client.get(SIGN_IN), "Sign in")


@pytest.mark.parametrize(
    ("sent", "kept"), [("night", "night"), ("light", "light"), ("plaid", "auto")]
)
def test_theme_is_remembered_and_nonsense_means_the_system(client, sent, kept):
    response = client.post("/theme/", {"theme": sent, "next": SIGN_IN})

    assert (response.status_code, response.headers["Location"]) == (303, SIGN_IN)
    assertContains(client.get(SIGN_IN), f'data-theme="{kept}"')


def test_theme_switch_never_leads_off_the_site(client):
    response = client.post(
        "/theme/", {"theme": "night", "next": "https://elsewhere.example/"}
    )

    assert response.headers["Location"] == "/"


def test_refusal_becomes_a_sentence_and_its_message_stays_in_the_log(client, settings):
    settings.ROOT_URLCONF = __name__

    response = client.get("/refuse/")

    assertContains(response, "您的角色没有此项权限", status_code=403)
    assertNotContains(response, "for the log only", status_code=403)


def test_refusal_of_a_part_of_a_page_is_a_part_of_a_page(client, settings):
    settings.ROOT_URLCONF = __name__

    response = client.get("/refuse/", headers={"HX-Request": "true"})

    assertContains(response, 'role="alert"', status_code=403)
    assertNotContains(response, "<html", status_code=403)


def test_refusal_nobody_put_in_words_is_a_sentence_all_the_same(client, settings):
    settings.ROOT_URLCONF = __name__

    response = client.get("/refuse-without-words/")

    assertContains(response, "当前情况下无法执行", status_code=409)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh-hans", "没有这个页面"), ("en", "There is no such page")],
)
def test_address_that_leads_nowhere(client, language, sentence):
    response = client.get("/nowhere/", headers={"Accept-Language": language})

    assertContains(response, sentence, status_code=404)


def test_breakdown_shows_a_page_without_its_cause(client, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False

    response = client.get("/break/")

    assertContains(response, "系统出错了", status_code=500)
    assertNotContains(response, "for the log only", status_code=500)


def test_form_from_elsewhere_is_refused_with_a_sentence():
    client = Client(enforce_csrf_checks=True)

    response = client.post(SIGN_IN, {"username": "wang", "password": "x"})

    assertContains(response, "表单已失效", status_code=403)


FORCE = {"队伍": ["排班", "人员"]}
ADVICE = ("先问后付", "服务措施")
WORDS = ("记录群众诉求", "留言清单")
AREA = {"辖区": ["勤务日历", "地点", "地点问题", "安防"]}


@pytest.mark.parametrize(
    ("role", "header"),
    [
        (
            "duty_officer",
            [
                *("今晚巡防", "值班台", "警情", "群众事项", "勤务"),
                {"工作": ["专项行动", "善后", "纠纷", *ADVICE, *WORDS, "随手记"]},
                {"队伍": ["排班", "人员", "警组设备"]},
                AREA,
                {"监督": ["巡逻实况", "管事率", "填表用时", "听民意"]},
            ],
        ),
        (
            "community_officer",
            [
                *("群众事项", "勤务"),
                {"工作": ["善后", "纠纷", *ADVICE, *WORDS]},
                {"队伍": ["排班", "人员", "警组设备"]},
                AREA,
                "听民意",
            ],
        ),
        (
            "supervisor",
            [
                *("今晚巡防", "值班台", "警情", "群众事项"),
                {"工作": ["专项行动", "纠纷", *ADVICE, *WORDS, "随手记"]},
                FORCE,
                AREA,
                {
                    "监督": [
                        "巡逻实况",
                        "管事率",
                        "填表用时",
                        "操作记录",
                        "公开日志",
                        "听民意",
                        "位置删除证明",
                        "警情行删除证明",
                        "紧急留言删除",
                        "分类学习",
                    ]
                },
            ],
        ),
        (
            "administrator",
            [
                {"队伍": ["排班", "人员", "设备", "警情来源", "来源系统"]},
                "勤务日历",
                {
                    "监督": [
                        "操作记录",
                        "公开日志",
                        "位置删除证明",
                        "警情行删除证明",
                        "紧急留言删除",
                    ]
                },
            ],
        ),
    ],
)
def test_header_shows_what_the_role_may_open(client, account, role, header):
    client.force_login(account(role))

    response = client.get("/nowhere/")

    assert [_labels(entry) for entry in response.context["navigation"]] == header


def _labels(entry: dict) -> object:
    label = str(entry["label"])
    below = entry.get("entries")
    return {label: [str(each["label"]) for each in below]} if below else label

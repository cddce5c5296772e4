"""What an answer fails to say."""

import pytest

from xunfang.core.language.replies import Flaw, check_reply, content_words

WORD = "天天看你们发巡逻照片,我们楼下电瓶车丢了三回,一个也没抓到"


def flaws(reply: str, word: str = WORD) -> set[Flaw]:
    return {finding.flaw for finding in check_reply(reply, word)}


def test_a_sneer_of_a_few_characters_is_flagged_in_every_way():
    # Whether a service is cited does not show in the text.
    assert flaws("和谐 呵呵") == set(Flaw) - {Flaw.NO_ITEM}


def test_an_answer_with_the_point_a_fact_and_a_date_is_not_flagged():
    reply = "楼下三起电瓶车被盗都已立案;11月20日前装两盏灯,每晚22点后巡三次,12月1日告诉您结果。"

    assert flaws(reply) == set()


def test_thanks_and_attention_alone_are_no_answer():
    reply = "您好,您反映的问题我们高度重视,已转相关部门,正在处理中,感谢您的理解与支持,祝您生活愉快!"

    (phrases, *_) = check_reply(reply, WORD)

    assert flaws(reply) == {Flaw.ONLY_PHRASES, Flaw.MISSES_POINT, Flaw.NO_FACT}
    assert "我们高度重视" in phrases.words


def test_a_fact_about_something_else_misses_the_point():
    assert flaws("本月我们发放宣传单三千二百份,走访商户四百家,排查隐患十二处。") == {
        Flaw.MISSES_POINT
    }


def test_naming_the_point_without_a_fact_is_seen():
    assert flaws("电瓶车被盗确实让人生气,我们会派人到楼下去看一看再说。") == {
        Flaw.NO_FACT
    }


def test_fourteen_characters_are_too_short_and_fifteen_are_not():
    """Spaces do not count: 电瓶车案11月20日答复您 has 14 characters."""
    assert Flaw.TOO_SHORT in flaws("电瓶车案 11月20日答 复您")
    assert Flaw.TOO_SHORT not in flaws("电瓶车案件11月20日答复您。")


def test_a_point_in_traditional_is_named_in_simplified():
    assert flaws("路灯将在11月20日修好,修好后给您发照片。", "路燈壞了一個月") == set()


@pytest.mark.parametrize("word", ["", "!!!", "你们啊"])
def test_a_word_without_content_cannot_be_missed(word):
    assert content_words(word) == ()
    assert Flaw.MISSES_POINT not in flaws(
        "请告诉我们地点和时间,11月20日前我们回您电话。", word
    )

"""A photo that was chosen is not lost when the form is refused for another reason."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image

from tests.factories.words import FRIDAY
from xunfang.cases.watch.tasks import see_to_cases
from xunfang.feedback import holding
from xunfang.feedback import services as feedback
from xunfang.feedback.holding import Chosen, held_under, hold
from xunfang.feedback.models import HeldPhoto, Photo, Word
from xunfang.feedback.photos import clean

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_topics")]

FORMS = ("/say/", "/ask/")


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(name="井盖.jpg", colour="red", size=(40, 30)):
    """A file as a camera writes it: it says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG", exif=exif)
    file.seek(0)
    file.name = name
    return file


def send(client, url, **values):
    return client.post(url, {"key": "7" * 32, **values})


def tokens(answer):
    return re.findall(r'name="held" value="([^"]+)"', answer.content.decode())


def later(monkeypatch, **by):
    monkeypatch.setattr("django.utils.timezone.now", lambda: FRIDAY + timedelta(**by))


@pytest.mark.parametrize("url", FORMS)
def test_refused_and_sent_again_keeps_the_photo(client, url):
    refused = send(client, url, text=" ", photos=[picture()])
    kept = tokens(refused)
    page = refused.content.decode()

    assert refused.status_code == 422
    assert len(kept) == 1
    assert "井盖.jpg" in page
    assert "请重新选择照片" not in page
    sent = send(client, url, text="井盖没了", held=kept)

    assert sent.status_code == 303
    photo = Photo.objects.get()
    assert (photo.width, photo.height) == (40, 30)
    assert photo.digest == clean(picture().read()).digest
    # Sent again after a bad connection it is the same word still.
    assert send(client, url, text="井盖没了", held=kept).status_code == 303
    assert Word.objects.count() == 1


def test_it_stays_however_often_the_form_comes_back_and_others_join_it(client):
    first = tokens(send(client, "/say/", text=" ", photos=[picture()]))
    more = tokens(
        send(client, "/say/", text=" ", held=first, photos=[picture("b.jpg", "blue")])
    )
    looked = tokens(send(client, "/say/", text="路灯", look="1", held=more))

    assert more[:1] == first
    assert looked == more
    send(client, "/say/", text="路灯坏了", held=looked, photos=[picture("c", "green")])
    assert Photo.objects.count() == 3


def test_looking_first_keeps_the_photo(client):
    looked = send(client, "/say/", text="路灯", look="1", photos=[picture()])

    assert looked.status_code == 200
    assert len(tokens(looked)) == 1
    assert "请重新选择照片" not in looked.content.decode()
    gone = send(client, "/say/", text="路灯", look="1", held=["x" * 32])
    assert "请重新选择照片" in gone.content.decode()


def test_a_flood_that_is_slowed_keeps_the_photo(client):
    for _ in range(20):
        feedback.check_knock("127.0.0.1", "say", at=FRIDAY)

    slowed = send(client, "/say/", text="第二十一条", photos=[picture()])

    assert slowed.status_code == 429
    assert len(tokens(slowed)) == 1


def test_a_photo_that_is_removed_is_erased_and_not_sent(client):
    [one, two] = tokens(
        send(client, "/say/", text=" ", photos=[picture(), picture("b", "blue")])
    )

    back = send(client, "/say/", text=" ", held=[one, two], removed=[one])
    assert tokens(back) == [two]
    assert HeldPhoto.objects.count() == 1
    sent = send(client, "/say/", text="好", held=[two], removed=[two])

    assert sent.status_code == 303
    assert not Photo.objects.exists()
    assert not HeldPhoto.objects.exists()


@pytest.mark.parametrize("url", FORMS)
def test_a_foreign_or_expired_token_is_calmly_choose_it_again(client, url, monkeypatch):
    kept = tokens(send(client, url, text=" ", photos=[picture()]))
    foreign = send(client, url, text="井盖没了", held=["x" * 32])
    later(monkeypatch, hours=1)
    expired = send(client, url, text="井盖没了", held=kept)

    for answer in (foreign, expired):
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "请重新选择照片，或者不带照片发送" in page
        assert "井盖没了" in page
        assert tokens(answer) == []
    assert not Word.objects.exists()
    # The page asks for nothing that is gone: the next press goes through.
    assert send(client, url, text="井盖没了").status_code == 303


def test_what_is_kept_says_nothing_without_its_token(client):
    [token] = tokens(send(client, "/say/", text=" ", photos=[picture("王某家.jpg")]))

    row = HeldPhoto.objects.get()
    kept = bytes(row.sealed)
    assert token not in (row.digest, row.sender)
    assert "王某家".encode() not in kept
    assert b"JFIF" not in kept
    [held] = held_under([token], at=FRIDAY)
    assert b"Kamera" not in held.photo.jpeg
    assert held_under([row.digest], at=FRIDAY) == []


def test_a_name_of_a_file_is_data(client):
    name = '<b>"x".jpg'
    page = send(client, "/say/", text=" ", photos=[picture(name)]).content.decode()

    assert "<b>" not in page


def test_one_source_and_all_together_may_take_so_much_space(client, monkeypatch):
    def chosen(colour):
        return [Chosen("a.jpg", clean(picture(colour=colour).read()))]

    [first] = hold(chosen("red"), address="10.0.0.1", at=FRIDAY)
    n_bytes = HeldPhoto.objects.get().n_bytes
    monkeypatch.setattr(holding, "MOST_BYTES_OF_ONE", n_bytes + 10)
    assert hold(chosen("red"), address="10.0.0.1", at=FRIDAY) == []
    assert len(hold(chosen("red"), address="10.0.0.2", at=FRIDAY)) == 1
    monkeypatch.setattr(holding, "MOST_BYTES", 2 * n_bytes + 10)
    assert hold(chosen("red"), address="10.0.0.3", at=FRIDAY) == []

    # What finds no room is calmly chosen again; what was kept stays.
    full = send(client, "/say/", text=" ", photos=[picture()])
    assert full.status_code == 422
    assert tokens(full) == []
    assert "请重新选择照片" in full.content.decode()
    assert [each.token for each in held_under([first.token], at=FRIDAY)] == [
        first.token
    ]
    # An hour later there is room again.
    hour = FRIDAY + timedelta(hours=1)
    assert len(hold(chosen("red"), address="10.0.0.1", at=hour)) == 1
    assert HeldPhoto.objects.count() == 1


def test_four_photos_are_too_many_and_those_that_were_kept_stay(client):
    kept = tokens(
        send(client, "/say/", text=" ", photos=[picture(), picture(), picture()])
    )

    refused = send(client, "/say/", text="好", held=kept, photos=[picture("d")])

    assert refused.status_code == 422
    assert tokens(refused) == kept
    assert not Word.objects.exists()


def test_after_an_hour_it_is_cleared(client):
    send(client, "/say/", text=" ", photos=[picture()])

    see_to_cases(at=timezone.now() + timedelta(minutes=59))
    assert HeldPhoto.objects.exists()
    see_to_cases(at=timezone.now() + timedelta(hours=1))

    assert not HeldPhoto.objects.exists()


def test_a_form_that_is_taken_in_at_once_leaves_nothing_behind(client):
    sent = send(client, "/say/", text="井盖没了", photos=[picture()])

    assert sent.status_code == 303
    assert not HeldPhoto.objects.exists()

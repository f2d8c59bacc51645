import pytest

from portal.contact_center.queries import topic_of_page


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/en/services/snap", "Monthly help to buy food (SNAP)"),
        ("/es/life-events/losing-a-job", "I lost my job"),
        ("/en/for/veterans/leaving-the-military", "I am leaving the military"),
        ("/en/services/no-such", None),
        ("/en/", None),
        ("https://elsewhere.example/en/services/snap", None),
        ("", None),
    ],
)
def test_topic_of_page(starter, path, title):
    with starter.test_request_context():
        topic = topic_of_page(path, "en")
    assert (topic and topic.title) == title


def test_contact_page_knows_where_the_person_was(starter):
    text = starter.test_client().get("/en/contact?from=/en/services/snap").text
    assert "800-221-5689" in text
    assert "Monthly help to buy food (SNAP)" in text


def test_contact_page_shows_nothing_of_an_address_it_does_not_know(starter):
    text = starter.test_client().get('/en/contact?from="><b>x</b>').text
    assert "<b>x</b>" not in text

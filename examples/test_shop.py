"""One file, two uses: functional tests with pytest, load with acrida. Each test function becomes a user class.

pytest examples/test_shop.py --host http://127.0.0.1:8000
acrida -f examples/test_shop.py --host http://127.0.0.1:8000
"""


def test_the_front_page_greets(session):
    answer = session.get("/")
    answer.raise_for_status()
    assert "shop" in answer.text


def test_there_are_things_to_buy(fastsession):
    answer = fastsession.get("/items")
    assert answer.status_code == 200
    assert answer.json()

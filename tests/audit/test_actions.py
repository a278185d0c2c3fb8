"""Every action that the source writes is known, with words and a reason for the citizen."""

from indberet.audit.actions import ABOUT_PERSONS, ACTIONS, action_of
from tests.audit.written import written


def test_every_action_that_is_written_stands_in_the_table():
    unknown = {file: missing for file, actions in written().items() if (missing := actions - ACTIONS.keys())}
    assert not unknown


def test_the_source_is_read_right():
    found = written()
    assert found["register/save.py"] == {"create", "change", "accept"}
    assert found["intake/deliver.py"] == {"deliver", "deliver_test", "deliver_refused"}
    assert found["approval/approve.py"] >= {"approve_confirmed", "approve_refused"}


def test_what_is_about_persons_says_why():
    assert all(str(ACTIONS[name].why) for name in ABOUT_PERSONS)


def test_an_action_of_an_older_version_is_told_by_its_name():
    assert action_of("of_old").words == "of_old"

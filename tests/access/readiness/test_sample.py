"""The privileges of a sample: what they grant here."""

from base64 import b64encode

import pytest

from tests.access.readiness.given import run, wrong

pytestmark = pytest.mark.django_db


PROFILE = "http://digst.dk/oiosaml/basic_privilege_profile"


def blob(*groups):
    inside = "".join(
        f'<PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:{cvr}">'
        f"<Privilege>{uri}</Privilege></PrivilegeGroup>"
        for cvr, uri in groups
    )
    return f'<b:PrivilegeList xmlns:b="{PROFILE}">{inside}</b:PrivilegeList>'.encode()


@pytest.mark.parametrize("wrapped", [bytes, b64encode])
def test_a_sample_of_privileges(tmp_path, wrapped):
    file = tmp_path / "blob"
    file.write_bytes(wrapped(blob(("35209115", "urn:dk:dst:indberet:adults:indberet"))))

    assert wrong(sample=file) == {}
    assert "ok       sample" in run("--privileges", str(file))[0]
    assert "for CVR 35209115: 461" in run("--privileges", str(file))[0]


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (blob(("35209115", "urn:dk:another:privilege")), "warning"),
        (blob(("90000016", "urn:dk:dst:indberet:adults:indberet")), "warning"),
        (blob(), "warning"),
        (b"<other/>", "error"),
        (b"not base64", "error"),
        (None, "error"),
    ],
)
def test_a_sample_that_grants_nothing(tmp_path, content, state):
    file = tmp_path / "blob"
    if content is not None:
        file.write_bytes(content)

    assert wrong(sample=file) == {"sample": state}

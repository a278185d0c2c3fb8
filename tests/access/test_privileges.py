"""Privileges as MitID Erhverv sends them: what is read, and what is refused whole."""

import re
import string
from base64 import b64encode
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indberet.access.claims import Grant
from indberet.access.privileges import MOST, BadPrivileges, grants

PROFILE = {
    "1.2": "http://digst.dk/oiosaml/basic_privilege_profile",
    "1.1": "http://itst.dk/oiosaml/basic_privilege_profile",
}
CVR = "urn:dk:gov:saml:cvrNumberIdentifier:"
ODENSE = f"{CVR}35209115"
REPORT = "urn:dk:example:indberet:adults:indberet"


def sent(document: str | bytes, encoding: str = "utf-8") -> str:
    """A document as an attribute's text."""
    return b64encode(document.encode(encoding) if isinstance(document, str) else document).decode()


def listed(*groups: str, namespace: str = PROFILE["1.2"]) -> str:
    """A list of groups, with a prefix only on the root, as the profile's own examples have it."""
    return f'<bpp:PrivilegeList xmlns:bpp="{namespace}">{"".join(groups)}</bpp:PrivilegeList>'


def group(*privileges: str, scope: str = ODENSE, more: str = "") -> str:
    """A group of privileges."""
    uris = "".join(f"<Privilege>{privilege}</Privilege>" for privilege in privileges)
    return f'<PrivilegeGroup Scope="{scope}">{uris}{more}</PrivilegeGroup>'


ONE = (Grant(cvr="35209115", uri=REPORT),)


@pytest.mark.requirement("A01")
@pytest.mark.parametrize("namespace", PROFILE.values(), ids=PROFILE)
def test_both_profiles_are_read(namespace):
    document = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpp:PrivilegeList xmlns:bpp="{namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:35209115">
    <Privilege>{REPORT}</Privilege>
    <Privilege>urn:dk:other:system</Privilege>
  </PrivilegeGroup>
  <PrivilegeGroup Scope="urn:dk:gov:saml:cvrNumberIdentifier:55133018">
    <Privilege>{REPORT}</Privilege>
  </PrivilegeGroup>
</bpp:PrivilegeList>
"""
    assert grants(sent(document)) == (
        Grant(cvr="35209115", uri=REPORT),
        Grant(cvr="35209115", uri="urn:dk:other:system"),
        Grant(cvr="55133018", uri=REPORT),
    )


ALL_IN_ONE_NAMESPACE = f'<PrivilegeList xmlns="{PROFILE["1.1"]}">{group(REPORT)}</PrivilegeList>'


@pytest.mark.parametrize(
    "blob",
    [
        sent(listed(group(REPORT))),
        sent(listed(group(f"\n  {REPORT}\n"))),
        sent(ALL_IN_ONE_NAMESPACE),
        sent("\ufeff" + listed(group(REPORT))),
        sent("<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n" + listed(group(REPORT))),
        f"\n   {sent(listed(group(REPORT)))}\n",
        re.sub("(.{76})", r"\1\r\n", sent(listed(group(REPORT)))),
        sent(listed(group(REPORT))).encode(),
        sent(
            f'<b:PrivilegeList xmlns:b="{PROFILE["1.2"]}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            f'xsi:schemaLocation="{PROFILE["1.2"]} bpp.xsd">{group(REPORT)}</b:PrivilegeList>'
        ),
    ],
)
def test_the_ways_in_which_it_may_be_written(blob):
    assert grants(blob) == ONE


@pytest.mark.parametrize("blob", ["", "  \n", sent(listed()), sent(listed(group()))])
def test_no_privileges_are_none(blob):
    assert grants(blob) == ()


@pytest.mark.requirement("C03")
@pytest.mark.parametrize(
    "scope",
    [
        "urn:dk:gov:saml:productionUnitIdentifier:1003456789",
        "urn:dk:gov:saml:seNumberIdentifier:35209115",
        "urn:dk:gov:saml:cprNumberIdentifier:0202800006",
        "urn:dk:gov:saml:cvrNumberIdentifier:",
        "urn:dk:gov:saml:cvrNumberIdentifier:3520911",
        "urn:dk:gov:saml:cvrNumberIdentifier:352091155",
        "urn:dk:gov:saml:cvrNumberIdentifier:05209115",
        "urn:dk:gov:saml:cvrNumberIdentifier:35209115&#10;",
        "urn:dk:gov:saml:cvrNumberIdentifier:٣5209115",
        "urn:dk:gov:saml:cvrNumberIdentifier:35209115/urn:dk:gov:saml:cvrNumberIdentifier:55133018",
        "x urn:dk:gov:saml:cvrNumberIdentifier:35209115",
        "URN:DK:GOV:SAML:CVRNUMBERIDENTIFIER:35209115",
        "",
    ],
)
def test_a_scope_that_is_no_cvr_number_grants_nothing_and_spoils_nothing(scope):
    assert grants(sent(listed(group("urn:dk:gone", scope=scope), group(REPORT)))) == ONE


@pytest.mark.parametrize(
    "constraint", ['<Constraint Name="urn:dk:kombit:KLE">27.*</Constraint>', '<Constraint Name="x">y</Constraint>']
)
@pytest.mark.parametrize("namespace", PROFILE.values(), ids=PROFILE)
def test_a_constraint_lets_its_group_grant_nothing(constraint, namespace):
    limited = group("urn:dk:limited", more=constraint)
    assert grants(sent(listed(limited, group(REPORT), namespace=namespace))) == ONE
    before = f'<PrivilegeGroup Scope="{ODENSE}">{constraint}<Privilege>{REPORT}</Privilege></PrivilegeGroup>'
    assert grants(sent(listed(before, namespace=namespace))) == ()


BOMB = '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + listed(group("&b;"))
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + listed(group("&a;"))
PRIVILEGE = f"<Privilege>{REPORT}</Privilege>"


def in_group(inside: str, attributes: str = f'Scope="{ODENSE}"') -> str:
    return listed(f"<PrivilegeGroup {attributes}>{inside}</PrivilegeGroup>")


HOSTILE = {
    "bomb": BOMB,
    "outside": OUTSIDE,
    "doctype in another case": OUTSIDE.replace("DOCTYPE", "doctype"),
    "doctype by network": f'<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd">{listed(group(REPORT))}',
    "parameter entity": f'<!DOCTYPE l [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">%a;]>{listed(group(REPORT))}',
    "unknown entity": listed(group("&a;")),
    "comment in a privilege": listed(group("urn:dk:example:indberet:adults<!-- -->:indberet")),
    "comment in the list": listed("<!-- hello -->", group(REPORT)),
    "CDATA": listed(group(f"<![CDATA[{REPORT}]]>")),
    "processing instruction": listed("<?php exit ?>", group(REPORT)),
    "stylesheet": f'<?xml version="1.0"?><?xml-stylesheet href="x"?>{listed(group(REPORT))}',
    "XML 1.1": f'<?xml version="1.1"?>{listed(group(REPORT))}',
    "says UTF-16": f'<?xml version="1.0" encoding="utf-16"?>{listed(group(REPORT))}',
    "says UTF-7": f'<?xml version="1.0" encoding="utf-7"?>+ADw-!DOCTYPE x+AD4-{listed(group(REPORT))}',
    "two declarations": f'<?xml version="1.0"?><?xml version="1.0"?>{listed(group(REPORT))}',
    "two roots": listed(group(REPORT)) * 2,
    "text after the root": listed(group(REPORT)) + "x",
    "not XML": "hello",
    "cut": listed(group(REPORT))[:-5],
    "another root": f'<bpp:Privileges xmlns:bpp="{PROFILE["1.2"]}">{group(REPORT)}</bpp:Privileges>',
    "a root in no namespace": f"<PrivilegeList>{group(REPORT)}</PrivilegeList>",
    "a root in another namespace": listed(group(REPORT), namespace="http://example.dk/"),
    "a longer namespace": listed(group(REPORT), namespace=PROFILE["1.2"] + "/"),
    "an attribute of the root": listed(group(REPORT)).replace(" xmlns", ' Scope="x" xmlns', 1),
    "a group of the other profile": listed(
        f'<o:PrivilegeGroup xmlns:o="{PROFILE["1.1"]}" Scope="{ODENSE}"><o:Privilege>x</o:Privilege></o:PrivilegeGroup>'
    ),
    "a list in the list": listed(listed(group(REPORT))),
    "a group in a group": listed(group(REPORT, more=group(REPORT))),
    "a privilege outside": listed(PRIVILEGE),
    "a privilege in a privilege": listed(group(PRIVILEGE)),
    "an element in a constraint": listed(group(REPORT, more='<Constraint Name="x">a<b/></Constraint>')),
    "an unknown element": listed(group(REPORT, more="<Priviledge>x</Priviledge>")),
    "another case": listed(group(REPORT, more="<privilege>x</privilege>")),
    "an unknown element in an unknown scope": listed(group(REPORT, scope="x", more="<Other/>")),
    "an empty privilege": listed(group(REPORT, "")),
    "text in the list": listed("hello", group(REPORT)),
    "text in a group": listed(group(REPORT, more="hello")),
    "no scope": in_group(PRIVILEGE, ""),
    "two scopes": in_group(PRIVILEGE, f'Scope="{ODENSE}" scope="{ODENSE}"'),
    "the same attribute twice": in_group(PRIVILEGE, f'Scope="{ODENSE}" Scope="{ODENSE}"'),
    "a scope of another namespace": in_group(PRIVILEGE, f'xmlns:x="http://x" x:Scope="{ODENSE}"'),
    "an attribute of a privilege": in_group(f'<Privilege Scope="{ODENSE}">{REPORT}</Privilege>'),
    "a constraint without a name": listed(group(REPORT, more="<Constraint>x</Constraint>")),
    "NUL": listed(group(REPORT + "\0")),
    "deeper than anything": "<a>" * 10_000 + "</a>" * 10_000,
    "too large": listed(*[group(REPORT)] * 500),
    "1 MB": listed(group("x" * 1024 * 1024)),
}


@pytest.mark.parametrize("document", HOSTILE.values(), ids=HOSTILE)
def test_anything_else_is_refused_whole(document):
    with pytest.raises(BadPrivileges):
        grants(sent(document))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"])
def test_a_document_in_another_encoding_is_refused(encoding):
    document = f'<?xml version="1.0" encoding="{encoding}"?>{OUTSIDE}'
    with pytest.raises(BadPrivileges):
        grants(sent(document, encoding))


@pytest.mark.parametrize(
    "blob",
    [
        listed(group(REPORT)),
        "not base64!",
        sent(listed(group(REPORT))) + "=",
        sent(listed(group(REPORT)))[:-1] + "*",
        sent(listed(group(REPORT))).replace("/", "_") + "_",
        "æøå",
        sent(b"\xff\xfe\xfd"),
        sent(b64encode(listed(group(REPORT)).encode())),
    ],
)
def test_what_is_not_base64_of_a_document_is_refused(blob):
    with pytest.raises(BadPrivileges):
        grants(blob)


def test_the_size_that_is_allowed():
    base = len(listed(group("")))
    assert grants(sent(listed(group("u" * (MOST - base)))))
    with pytest.raises(BadPrivileges, match="too large"):
        grants(sent(listed(group("u" * (MOST - base + 1)))))


def test_no_file_is_read_and_nothing_of_the_document_is_told(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("urn:dk:secret")
    document = f'<!DOCTYPE l [<!ENTITY a SYSTEM "{secret.as_uri()}">]>{listed(group("&a;"))}'
    with pytest.raises(BadPrivileges) as refused:
        grants(sent(document))
    assert "secret" not in str(refused.value)
    with pytest.raises(BadPrivileges) as refused:
        grants(sent(listed(f"<P{REPORT}/>")))
    assert REPORT not in str(refused.value)


uris = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(
    lambda uri: uri.strip()
)
numbers = st.from_regex(r"[1-9][0-9]{7}", fullmatch=True)
groups = st.lists(st.tuples(numbers, st.lists(uris, max_size=4)), max_size=5)


@given(groups=groups, profile=st.sampled_from(sorted(PROFILE)))
def test_what_was_granted_is_read_back(groups, profile):
    made = [group(*map(escape, names), scope=CVR + number) for number, names in groups]
    wanted = tuple(Grant(cvr=number, uri=uri.strip()) for number, names in groups for uri in names)
    assert grants(sent(listed(*made, namespace=PROFILE[profile]))) == wanted


@given(st.one_of(st.binary(max_size=500), st.text(max_size=500), st.text(string.printable).map(sent)))
def test_whatever_comes_gives_privileges_or_bad_privileges(blob):
    found = None
    try:
        found = grants(blob)
    except BadPrivileges:
        assert blob, "an empty attribute is no mistake"
    assert not found


WHOLE = listed(group(REPORT), group(REPORT, scope=CVR + "55133018"))


@given(at=st.integers(0, len(WHOLE) - 1), mark=st.sampled_from(string.printable))
def test_one_changed_sign_never_grants_to_another_organisation(at, mark):
    changed = WHOLE[:at] + mark + WHOLE[at + 1 :]
    try:
        found = grants(sent(changed))
    except BadPrivileges:
        return
    assert len(found) <= 2
    assert all(re.fullmatch(r"[1-9]\d{7}", grant.cvr) and CVR + grant.cvr in changed for grant in found)

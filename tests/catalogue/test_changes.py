"""What changes between two dates, and what is announced."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import translation

from indberet.catalogue.release_notes import announcements, as_markdown
from indberet.definition.changes import Kind, Part, announced, changes
from indberet.definition.code_lists import Certainty
from indberet.definition.registry import statistics
from tests.people import ADULTS, CHILDREN, TODAY

from .announcing import DAY, announcing

FFB = (date(2024, 12, 31), date(2025, 1, 1))
NEW_LAW = (date(2023, 12, 31), date(2024, 1, 1))
EVERY = [pytest.param(found, id=found.id) for found in statistics()]


def told(statistic, days, part):
    """What is told in a part, each with the codes it is about."""
    found = (change for change in changes(statistic, *days) if change.part == part)
    return {change.told: [code.code for code in change.codes] for change in found}


def test_the_ffb_duty_of_2025_is_one_requirement_of_many_codes():
    duty = told(ADULTS, FFB, Part.REQUIREMENTS)["Tilbuds-UUID og Ydelses-UUID skal udfyldes"]
    assert duty == ["1.1", "1.4", "1.8.1", "1.8.2", "1.12.0.1", "1.12.0.2", "1.18.1", "1.18.2", "1.18.3", "1.18.4"]


def test_what_was_a_warning_is_told_to_be_one_no_longer():
    found = told(ADULTS, FFB, Part.REQUIREMENTS)
    place = ["1.1", "1.4", "1.8.1", "1.8.2", "1.12.0.1"]
    assert found["P-nummer og afdelings-UUID skal udfyldes"] == place
    assert found["Ikke længere: P-nummer og afdelings-UUID bør udfyldes (kun advarsel)"] == place


def test_the_old_target_groups_end_with_2024():
    ended = next(change for change in changes(ADULTS, *FFB) if change.kind == Kind.ENDS and change.part == Part.CODES)
    assert ended.code_list == "target_groups"
    assert "1.1.1" in {code.code for code in ended.codes}
    assert all(code.get("scheme") == "old" for code in ended.codes)


def test_a_field_begins_with_the_rules_that_follow_from_it():
    found = changes(ADULTS, *FFB)
    assert [change.field.name for change in found if change.field] == ["in_residence"]
    assert {"A-IN-RESIDENCE-NOT-USED", "A-IN-RESIDENCE-LIST"} <= {change.rule.id for change in found if change.rule}


def test_the_new_law_of_2024_moves_the_sections():
    found = {change.told: change for change in changes(CHILDREN, *NEW_LAW)}
    sections = found["Ny paragraf"]
    assert [code.code for code in sections.codes] == ["001", "002", "003", "004", "005", "006", "007"]
    assert sections.details[0] == "§ 82, nr. 1 (før: § 32)"
    assert [code.code for code in found["Efter barnets lov (før: Efter serviceloven)"].codes] == [
        code.code for code in sections.codes
    ]
    assert [code.code for code in found[""].codes] == ["008"]
    assert told(CHILDREN, NEW_LAW, Part.REQUIREMENTS)["P-nummer og afdelings-UUID skal udfyldes"] == ["001", "003"]


def test_codes_come_before_requirements_and_rules_and_what_begins_before_what_ends():
    found = [(change.part, change.kind) for change in changes(announcing(), DAY - timedelta(days=1), DAY)]
    assert found == sorted(found, key=lambda change: (list(Part).index(change[0]), list(Kind).index(change[1])))
    assert {part for part, _kind in found} == set(Part)


def test_a_change_names_its_sources_once_and_how_sure_it_is():
    found = changes(ADULTS, *FFB)
    field = next(change for change in found if change.field)
    assert field.certainty == Certainty.INVENTED
    for change in found:
        assert change.sources
        assert len(set(change.sources)) == len(change.sources)


@pytest.mark.parametrize("statistic", EVERY)
def test_nothing_changes_within_a_period(statistic):
    assert changes(statistic, date(2025, 3, 1), date(2025, 3, 2)) == []


@pytest.mark.parametrize("statistic", EVERY)
def test_going_back_in_time_undoes_what_going_on_does(statistic):
    for before, after in (FFB, NEW_LAW, (date(2013, 1, 1), date(2026, 1, 1))):
        on, back = changes(statistic, before, after), changes(statistic, after, before)
        begun = {code.code for found in on if not found.told for code in found.codes if found.kind == Kind.BEGINS}
        ended = {code.code for found in back if not found.told for code in found.codes if found.kind == Kind.ENDS}
        assert begun == ended


@pytest.mark.parametrize("statistic", EVERY)
def test_every_day_of_change_was_announced_the_day_before(statistic):
    days = [day for day, _found in announced(statistic, date(1990, 1, 1))]
    assert days == sorted(set(days))
    for day in days:
        assert next(found for found, _changes in announced(statistic, day - timedelta(days=1))) == day
        assert day not in [found for found, _changes in announced(statistic, day)]


def test_a_code_with_a_future_row_is_announced():
    (day, found), *later = announced(announcing(), TODAY)
    assert (day, later) == (DAY, [])
    assert [
        code.code for change in found if change.kind == Kind.BEGINS and not change.told for code in change.codes
    ] == ["1.99"]
    assert [code.code for change in found if change.kind == Kind.ENDS for code in change.codes] == ["1.3"]
    assert {"P-nummer og afdelings-UUID skal udfyldes", "Nyt navn", "Ny paragraf"} <= {change.told for change in found}
    assert [change.rule.id for change in found if change.rule] == [ADULTS.own_rules[0].id]
    assert announced(announcing(), DAY) == []


def test_a_list_that_no_field_uses_changes_nothing():
    fields = tuple(field for field in ADULTS.fields if getattr(field, "code_list", "") != "target_groups")
    without = replace(ADULTS, fields=fields)
    assert "target_groups" not in {change.code_list for change in changes(without, *FFB)}


def test_release_notes_read_as_sentences():
    text = as_markdown(ADULTS, *FFB)
    assert text.startswith("# Handicap og udsatte (voksne): ændringer fra 31.12.2024 til 01.01.2025\n")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Koder",
        "## Felter og krav",
        "## Regler",
        "## Bemærkninger til koderne (på engelsk)",
    ]
    assert "1.12.0.2 (§ 85), 1.18.1 (§ 82 a)" in text
    assert "1.18.4 (§ 82 d): Tilbuds-UUID og Ydelses-UUID skal udfyldes\n" in text
    assert "- Nyt felt: “Gives støtten i et botilbud efter § 107?”." in text
    assert "Kilde: Guide A16" in text
    assert "Sikkerhed: Indberets forslag" in text


def test_release_notes_speak_english_too():
    with translation.override("en"):
        text = as_markdown(ADULTS, *FFB)
    assert "Offer UUID and service UUID must be filled in" in text
    assert "skal" not in text.split("Source")[0]


def test_announcements_are_the_same_notes():
    (notes,) = announcements(announcing(), TODAY)
    texts = [note.text for part in notes.parts for note in part.notes]
    assert notes.day == DAY
    assert "Indsatskoder, nye (1): 1.99 Hjælp på prøve (§ 999)" in texts
    assert any(text.startswith("Indsatskoder, nyt navn: 1.17: Nyt tilskud (før: ") for text in texts)

"""The services that *Gem og næste* goes through: those that were ticked, or all of one case."""

from dataclasses import dataclass

from django.contrib.sessions.backends.base import SessionBase

from indberet.access.scope import Scope
from indberet.definition.statistic import Statistic

from .find import own_record_ids
from .models import Record

KEY = "queue"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands in its queue, from 1; `next` is the id of the one after it, or 0."""

    number: int
    count: int
    next: int


def start_queue(session: SessionBase, records: list[int]) -> None:
    """The ids to go through; an empty list leaves it to the case."""
    session[KEY] = records


def place_of(session: SessionBase, scope: Scope, statistic: Statistic, record: Record) -> Place:
    """The record's place among the ticked ones, or else among the services of its case."""
    queue: list[int] = session.get(KEY, [])
    if record.pk not in queue:
        queue = own_record_ids(scope, statistic, [record.case_id])
    if record.pk not in queue:
        return Place(1, 1, 0)
    index = queue.index(record.pk)
    return Place(index + 1, len(queue), queue[index + 1] if index + 1 < len(queue) else 0)

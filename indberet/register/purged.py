"""Which of the predecessor's records were removed for good, so that a later import does not bring them back."""

from collections.abc import Iterable

from django.db.models import QuerySet

from indberet.audit.keys import pseudonym

from .models import PurgedKey, Record, Source


def remember(records: QuerySet[Record]) -> None:
    """Remembers the predecessor's among records that are about to go, in the current transaction."""
    own = records.filter(source=Source.LEGACY).exclude(source_key="")
    found = own.values_list("statistic", "municipality", "source_key")
    keys = [PurgedKey(digest=_digest(*each)) for each in found.iterator()]
    PurgedKey.unscoped.bulk_create(keys, batch_size=1_000, ignore_conflicts=True)


def purged_among(statistic: str, municipality: str, keys: Iterable[str]) -> set[str]:
    """The keys of the predecessor's records that were removed."""
    digests = {_digest(statistic, municipality, key): key for key in keys}
    gone = PurgedKey.unscoped.filter(digest__in=list(digests)).values_list("digest", flat=True)
    return {digests[digest] for digest in gone}


def _digest(statistic: str, municipality: str, key: str) -> str:
    """An id may hold a person's number, so only its keyed fingerprint stays."""
    return pseudonym(f"purged|{statistic}|{municipality}|{key}")

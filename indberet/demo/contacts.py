"""Contact details of the municipalities."""

from indberet.pages.models import Contact

from .names import full_name
from .plan import Portion, reporting_persons


def make_contacts(portions: list[Portion]) -> list[Contact]:
    """One contact for each municipality and statistic.

    The last of the municipalities that test persons report for has none, so that the guides' first step can be seen.
    """
    without = list(reporting_persons())[-1]
    return [_contact(portion) for portion in portions if portion.municipality != without]


def _contact(portion: Portion) -> Contact:
    number = int(portion.municipality)
    name = full_name(number * 7 + portion.statistic.number)
    return Contact(
        statistic=portion.statistic.id,
        municipality=portion.municipality,
        name=name,
        phone=f"00 00 {number // 100:02d} {number % 100:02d}",
        email=f"{name.split()[0].lower().replace('å', 'aa')}@kommune{portion.municipality}.example",
        digital_post=portion.statistic.capabilities.digital_post,
        changed_by=name,
    )

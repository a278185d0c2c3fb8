"""`indberet delivery-token create|list|revoke`: what systems need to send over HTTPS."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from indberet.definition.registry import municipalities, statistic, statistics
from indberet.intake.models import LONGEST_SYSTEM, DeliveryToken
from indberet.intake.tokens import LONGEST_LIFE, create_token, revoke_token


class Command(BaseCommand):
    """A token is for one system, municipality and statistic. It is shown once, when it is made."""

    help = "create, list and revoke the tokens of sending systems"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and with which token."""
        doing = parser.add_subparsers(dest="do", required=True, metavar="create | list | revoke")
        create = doing.add_parser("create", help="make a token and show it, this once")
        create.add_argument("--statistic", required=True, choices=[found.id for found in statistics()])
        create.add_argument("--municipality", required=True, metavar="CODE", help="three digits, e.g. 461")
        create.add_argument("--system", required=True, metavar="NAME", help="the sending system, always by one name")
        create.add_argument("--days", type=int, default=365, help="how long it lasts (365)")
        create.add_argument("--test", action="store_true", help="for test forms, of which nothing is stored")
        doing.add_parser("list", help="every token: number, beginning, what it is for, and until when")
        revoke = doing.add_parser("revoke", help="end a token now")
        revoke.add_argument("number", type=int, help="its number in the list")

    def handle(self, *args: Any, do: str, **options: Any) -> None:
        """Does it."""
        {"create": self._create, "list": self._list, "revoke": self._revoke}[do](options)

    def _create(self, options: dict[str, Any]) -> None:
        code, system, days = options["municipality"], options["system"].strip(), options["days"]
        if not municipalities().known(code):
            raise CommandError(f"--municipality {code} is unknown, expected three digits, e.g. 461.")
        if not 0 < len(system) <= LONGEST_SYSTEM:
            raise CommandError(f"--system is '{system}', expected a name of 1 to {LONGEST_SYSTEM} characters.")
        if not 1 <= days <= LONGEST_LIFE:
            raise CommandError(f"--days is {days}, expected a number from 1 to {LONGEST_LIFE}.")
        secret, token = create_token(
            statistic=statistic(options["statistic"]), municipality=code, system=system, days=days, test=options["test"]
        )
        self.stdout.write(f"Token {token.pk} lasts until {timezone.localtime(token.expires_at):%Y-%m-%d}.")
        self.stdout.write("Give it to the system now, it cannot be shown again:")
        self.stdout.write(secret)

    def _list(self, options: dict[str, Any]) -> None:
        for token in DeliveryToken.unscoped.order_by("id"):
            used = f"{timezone.localtime(token.last_used_at):%Y-%m-%d %H:%M}" if token.last_used_at else "never"
            form = "test" if token.test else "production"
            self.stdout.write(
                f"{token.pk:>4}  {token.prefix}...  {token.statistic}  {token.municipality}  {form}  {_state(token)}  "
                f"last used {used}  {token.system}"
            )

    def _revoke(self, options: dict[str, Any]) -> None:
        token = DeliveryToken.unscoped.filter(pk=options["number"]).first()
        if token is None:
            raise CommandError(f"There is no token {options['number']}; `indberet delivery-token list` shows them all.")
        if not token.revoked_at:
            revoke_token(token)
        self.stdout.write(f"Token {token.pk} is revoked.")


def _state(token: DeliveryToken) -> str:
    if token.revoked_at:
        return f"revoked {timezone.localtime(token.revoked_at):%Y-%m-%d}"
    day = f"{timezone.localtime(token.expires_at):%Y-%m-%d}"
    return f"expired {day}" if token.expires_at <= timezone.now() else f"until {day}"

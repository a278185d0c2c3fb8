"""The installed command `indberet`: Django's management commands, ours listed first, errors as one sentence."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, CommandError, get_commands, load_command_class
from django.db import Error as DatabaseError

from indberet import __version__, settings_table


def _strictly() -> list[str]:
    """In production `check` also asks Django about deployment, and a warning is a failure."""
    from django.conf import settings

    return [] if settings.DEMO else ["--deploy", "--fail-level", "WARNING"]


@dataclass(frozen=True)
class Entry:
    """A command as `indberet --help` shows it, and what is added when it is called without arguments."""

    name: str
    about: str
    additions: Callable[[], list[str]] = list


COMMANDS = (
    Entry("migrate", "bring the tables of the database up to date"),
    Entry("demo-data", "fill the database with fictitious cases and services"),
    Entry("serve", "serve Indberet over http"),
    Entry("check", "check definitions and settings", _strictly),
    Entry("check-login", "check keys, certificates, metadata and privileges of the log-in"),
    Entry("rules", "print the rules of every statistic"),
    Entry("settings", "print the settings in force and where each is set"),
    Entry("changes", "print what changed in a statistic between two dates"),
    Entry("recheck", "check every record against today's rules, or against those of a coming day"),
    Entry("deliver", "take a delivery from a file"),
    Entry("delivery-token", "create, list and revoke the tokens of sending systems"),
    Entry("import-legacy", "copy the predecessor's data to the register, once"),
    Entry("nightly", "do what is done every night: recheck, reports, reminders, e-mails, purge, events"),
    Entry("reminders", "remind municipalities that have not reported or approved"),
    Entry("extract", "write a statistic's approved records to files for production"),
    Entry("purge", "remove for good what was deleted more than 30 days ago"),
    Entry("verify-events", "verify that nobody changed or removed events of the audit trail"),
    Entry("events", "print the audit trail as lines, for a system that keeps logs"),
    Entry("lookups", "tell when and why a person's data was looked up, changed or exported"),
    Entry("database-grants", "print what the application's role on PostgreSQL has to be granted"),
    Entry("end-sessions", "end the log-ins of a person, a municipality or everyone"),
    Entry("clearsessions", "remove sessions that have expired"),
)


def help_text() -> str:
    """What `indberet --help` prints."""
    width = max(len(entry.name) for entry in COMMANDS)
    lines = [f"  {entry.name:<{width}}  {entry.about}" for entry in COMMANDS]
    return "\n".join(
        [
            f"Indberet {__version__}: municipal reporting of social statistics.",
            "",
            "usage: indberet <command> [options]",
            "",
            *lines,
            "",
            "indberet <command> --help tells more. Every other command of Django works as well.",
            "Settings come from environment variables; INDBERET_DEMO=1 is enough to try Indberet.",
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code, after printing a sentence about what is wrong 1 or the command's own."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if name in ("-h", "--help", "help"):
        print(help_text())
        return 0
    if name in ("-V", "--version"):
        print(__version__)
        return 0
    try:
        return settings_table.main(rest) if name == "settings" else run(name, rest)
    except (CommandError, ImproperlyConfigured) as error:
        return _refuse(str(error), getattr(error, "returncode", 1))
    except DatabaseError as error:
        return _refuse(f"The database refused: {' '.join(str(error).split())}")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read what we print, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def run(name: str, arguments: list[str]) -> int:
    """Run a management command under its name with dashes or underscores."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "indberet.settings")
    django.setup()
    module = name.replace("-", "_")
    app = get_commands().get(module)
    if app is None:
        closest = get_close_matches(module, get_commands(), n=1)
        hint = f"Did you mean {closest[0].replace('_', '-')}? " if closest else ""
        return _refuse(f"There is no command '{name}'. {hint}`indberet --help` lists the commands.")
    command = app if isinstance(app, BaseCommand) else load_command_class(app, module)
    from indberet.audit.linker import finish

    try:
        # --traceback makes Django hand us the CommandError instead of printing it with the name of its class
        command.run_from_argv(["indberet", name, "--traceback", *(arguments or _additions(name))])
    finally:
        finish()
    return 0


def _additions(name: str) -> list[str]:
    return next((entry.additions() for entry in COMMANDS if entry.name == name), [])


def _refuse(sentence: str, code: int = 1) -> int:
    print(f"indberet: {sentence}", file=sys.stderr)
    return code

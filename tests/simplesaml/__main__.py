"""`python -m tests.simplesaml`: the portal with SimpleSAMLphp as its identity provider, to try log-in by hand."""

import signal
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from threading import Event

from .persons import PASSWORD, PERSONS
from .portal import Portal
from .server import SimpleSaml


def main() -> None:
    """Serves both until it is stopped; what they kept is gone afterwards."""
    stopped = Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    with tempfile.TemporaryDirectory() as folder:
        for name in ("provider", "portal"):
            (Path(folder) / name).mkdir()
        with (
            closing(SimpleSaml(Path(folder) / "provider")) as provider,
            closing(Portal(Path(folder) / "portal", provider)) as portal,
        ):
            sys.stdout.write(_about(portal, provider))
            sys.stdout.flush()
            stopped.wait()


def _about(portal: Portal, provider: SimpleSaml) -> str:
    rows = "\n".join(f"  {key:<8} {found.name:<18} {found.organisation}, {found.loa}" for key, found in PERSONS.items())
    return (
        f"The portal is at {portal.url}/ (the browser warns of its certificate, which nobody has signed).\n"
        f"Single log-out begun at the identity provider: {provider.logout_url}\n"
        f"Everybody's password is '{PASSWORD}':\n{rows}\nStop it with Ctrl-C.\n"
    )


if __name__ == "__main__":
    main()

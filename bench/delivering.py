"""Taking large deliveries into a register that is in use.

`python -m bench.delivering <statistic> <municipality> <file>` takes one and prints the figures: each is taken in a
process of its own, so that the memory is that of the delivery alone.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import django

from .memory import peak_megabytes

SYSTEM = "Bench"


def delivery_figures(records: int, folder: Path) -> dict[str, Any]:
    """By statistic: seconds and memory of a delivery of new records in the statistic's own format.

    The files are made before, outside the time. Raises RuntimeError when not every record was stored as a new one.
    """
    from indberet.definition.registry import statistics
    from indberet.demo.delivery_file import DeliveryFile, NewNumbers

    from .place import SEED, municipality_without

    numbers = NewNumbers()
    found: dict[str, Any] = {}
    for statistic in statistics():
        file, municipality = folder / f"delivery.{statistic.id}", municipality_without(statistic)
        DeliveryFile(statistic, municipality, records, SEED).write(file, numbers)
        figures = _taken_apart(statistic.id, municipality, file)
        file.unlink()
        if figures["new"] != records:
            raise RuntimeError(f"Of {records} records for {statistic.id} {figures['new']} are stored: {figures}")
        found[statistic.id] = figures
    return found


def _taken_apart(statistic: str, municipality: str, file: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.delivering", statistic, municipality, str(file)]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    figures: dict[str, Any] = json.loads(said)
    return figures


def _taken(statistic_id: str, municipality: str, file: Path) -> dict[str, Any]:
    """In this process."""
    from indberet.access.identity import Identity
    from indberet.definition.registry import statistic
    from indberet.intake.deliver import Sender, deliver

    identity = Identity(subject="bench", name=SYSTEM, organisation="", cvr="")
    sender = Sender(
        statistic=statistic(statistic_id), municipality=municipality, system=SYSTEM, test=False, identity=identity
    )
    before, computing, started = peak_megabytes(), process_time(), perf_counter()
    delivery = deliver(sender, _chunks(file)).delivery
    seconds, cpu, peak = perf_counter() - started, process_time() - computing, peak_megabytes()
    counts = ("records", "new", "refused", "with_errors", "with_warnings")
    return {
        "format": delivery.format,
        "state": delivery.state,
        "reason": delivery.reason,
        "megabytes": delivery.size / 1e6,
        **{name: getattr(delivery, name) for name in counts},
        "seconds": seconds,
        "cpu": cpu,
        "records a second": delivery.records / seconds,
        "more memory, MB": peak - before,
        "peak memory of the process, MB": peak,
    }


def _chunks(path: Path) -> Iterator[bytes]:
    from indberet.intake.lines import CHUNK

    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def main() -> None:
    """Takes the delivery; see the module."""
    statistic, municipality, file = sys.argv[1:]
    django.setup()
    print(json.dumps(_taken(statistic, municipality, Path(file))))


if __name__ == "__main__":
    main()

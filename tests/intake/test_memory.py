"""However long a delivery is, reading it takes the same memory, and storing it a bounded one."""

import io
import tracemalloc

import pytest

from indberet.intake.opening import open_delivery
from tests.people import ADULTS, CHILDREN

from .files import course, csv_rows, json_lines, record_xml, service, xml

FEW, MANY = 2_000, 40_000


def long(content, record, count):
    """The delivery with its one record so many times."""
    assert content.count(record) == 1
    return content.replace(record, record * count)


SAMPLES = {
    "L231": (CHILDREN, lambda count: long(xml(course()), record_xml(course()).encode() + b"\n", count)),
    "JSON": (ADULTS, lambda count: long(json_lines(service()), json_lines(service()).split(b"\n", 1)[1], count)),
    "CSV": (ADULTS, lambda count: long(csv_rows(service()), csv_rows(service()).split(b"\r\n", 3)[3], count)),
}


def peak(statistic, content, count):
    """The most memory, in bytes, that reading took."""
    tracemalloc.start()
    assert sum(1 for _line in open_delivery(io.BytesIO(content), statistic).lines()) == count
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


@pytest.mark.parametrize("format", SAMPLES)
def test_reading_takes_constant_memory(format):
    statistic, make = SAMPLES[format]
    few, many = (peak(statistic, make(count), count) for count in (FEW, MANY))
    assert many < few + 300_000


def test_the_xml_tree_is_thrown_away_as_it_is_read():
    """libxml2's own memory is not Python's: the process must not grow by the tree of 40,000 records (some 60 MB)."""
    import subprocess
    import sys
    from pathlib import Path

    script = (
        "import io, resource, sys, django; django.setup()\n"
        "from indberet.intake.opening import open_delivery\n"
        "from tests.intake.test_memory import FEW, MANY, SAMPLES\n"
        "statistic, make = SAMPLES['L231']\n"
        "few, many = io.BytesIO(make(FEW)), io.BytesIO(make(MANY))\n"
        "size = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "read = lambda file: sum(1 for _ in open_delivery(file, statistic).lines())\n"
        "read(few); before = size(); read(many); print(size() - before)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) < 8_000, "kB"

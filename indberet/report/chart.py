"""A curve as numbers for an SVG: attributes only, no style, so that the strict policy lets it be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 72, 40, 16, 36
LINES = 4
TICKS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A text beside an axis, and where."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`points` is the curve; `levels` and `ticks` are the marks of the two axes, `last` the end of the curve."""

    heading: str
    width: int
    height: int
    points: str
    levels: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    last: Mark
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def chart(heading: str, names: Sequence[str], values: Sequence[float]) -> Chart:
    """The curve of some values from zero up, each under its name."""
    top = _round_up(max(values))
    step = (WIDTH - LEFT - RIGHT) / max(len(values) - 1, 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)

    places = [(round(LEFT + step * number, 1), y(value)) for number, value in enumerate(values)]
    every = max(1, -(-len(names) // TICKS))
    shown = range(len(names) - 1, -1, -every)
    decimals = 0 if top >= LINES else 2
    return Chart(
        heading=heading,
        width=WIDTH,
        height=HEIGHT,
        points=" ".join(f"{across},{up}" for across, up in places),
        levels=tuple(
            Mark(LEFT - 8, y(top * level / LINES), number_format(top * level / LINES, decimals, force_grouping=True))
            for level in range(LINES + 1)
        ),
        ticks=tuple(Mark(places[place][0], HEIGHT - BOTTOM + 22, names[place]) for place in shown),
        last=Mark(*places[-1], names[-1]),
    )


def _round_up(value: float) -> float:
    """The next number that a scale of four steps can end with: 1, 2, 4 or 8 times a power of ten."""
    unit = 1.0
    while unit * 10 <= value:
        unit *= 10
    while unit > value > 0:
        unit /= 10
    return next((unit * times for times in (1, 2, 4, 8, 10) if unit * times >= value), unit) or 1.0

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what the benchmark wrote.

    plot_benchmark.py RESULTS.csv > PLOT.svg

Two panels against the number of identifiers: the time of a lookup, and bits for each identifier. Lines differ in
dashes and marks, not in colour, and carry their names.
"""

import csv
import math
import sys

WIDTH, HEIGHT = 1130, 570
TOP, BOTTOM = 86, 490
PANEL_WIDTH = 350
PANELS_LEFT = (70, 640)
LABEL_GAP = 15  # between the lowest points of two labels
LABEL_AT = 12  # from the end of a line to its label
TIME_MIN_STEP = 10
BITS_STEP = 100
LOWER_BOUND_BITS = 32 + math.log2(math.e)

# Name in the results, column, name on the plot, dashes, mark, width.
# What comes last is drawn over the others.
TIMES = (
    ("bound: a random cache line, prefetched", "hit_ns", "a cache line, prefetched", "2 3", "", 1.2),
    ("bound: a random cache line, each address from the last", "hit_ns", "a cache line, dependent", "2 3", "", 1.2),
    ("sorted array", "hit_ns", "sorted array", "", "square", 1.2),
    ("cmph CHD", "hit_ns", "cmph CHD", "", "up", 1.2),
    ("tinycdb", "hit_ns", "tinycdb", "", "diamond", 1.2),
    ("LMDB", "hit_ns", "LMDB", "", "ring", 1.2),
    ("SQLite", "hit_ns", "SQLite", "", "down", 1.2),
    ("elig", "hit_ns", "elig", "", "disc", 2.6),
    ("elig", "batch_ns", "elig, batches of 1024", "7 4", "disc", 2.6),
)
BITS = tuple((series, "bits", name, "", mark, width) for series, column, name, dashes, mark, width in TIMES
             if column == "hit_ns" and mark)


class Axis:
    """Positions of values between two pixels."""

    def __init__(self, low, high, first, last, is_log):
        self.scale = math.log10 if is_log else float
        self.low, self.high = self.scale(low), self.scale(high)
        self.first, self.last = first, last

    def at(self, value):
        share = (self.scale(value) - self.low) / (self.high - self.low)
        return round(self.first + share * (self.last - self.first), 1)


def read_results(path):
    """Returns {(contender, column): [(n, value), ...]} in rising order of n."""
    results = {}
    with open(path, newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            n, name = int(row.pop("identifiers")), row.pop("contender")
            for column, value in row.items():
                if value:
                    results.setdefault((name, column), []).append((n, float(value)))
    for points in results.values():
        points.sort()
    return results


def text(x, y, words, anchor="start", size=12, weight="normal"):
    return (f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}">'
            f"{words}</text>")


def line(x1, y1, x2, y2, style):
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {style}/>'


GRID = 'stroke="#ddd"'
FRAME = 'stroke="#000"'


def mark_of(kind, x, y):
    r = 4
    shapes = {
        "square": f"M{x - r},{y - r}h{2 * r}v{2 * r}h{-2 * r}z",
        "up": f"M{x},{y - r - 1}l{r + 1},{2 * r + 1}h{-2 * r - 2}z",
        "down": f"M{x},{y + r + 1}l{r + 1},{-2 * r - 1}h{-2 * r - 2}z",
        "diamond": f"M{x},{y - r - 1}l{r + 1},{r + 1}l{-r - 1},{r + 1}l{-r - 1},{-r - 1}z",
    }
    if kind == "disc":
        return f'<circle cx="{x}" cy="{y}" r="{r}" fill="#000"/>'
    if kind == "ring":
        return f'<circle cx="{x}" cy="{y}" r="{r}" fill="#fff" stroke="#000"/>'
    return f'<path d="{shapes[kind]}" fill="#fff" stroke="#000"/>' if kind in shapes else ""


def power_of_ten(value):
    raised = str(round(math.log10(value))).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return "10" + raised


def time_text(nanoseconds):
    return f"{nanoseconds:g} ns" if nanoseconds < 1000 else f"{nanoseconds / 1000:g} µs"


def series_lines(results, series, x, y):
    """The line of one series with its marks, or nothing if the results do not have it."""
    name, column, _, dashes, mark, width = series
    points = [(x.at(n), y.at(value)) for n, value in results.get((name, column), [])]
    if not points:
        return []
    path = " ".join(f"{px},{py}" for px, py in points)
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    drawn = [f'<polyline points="{path}" fill="none" stroke="#000" stroke-width="{width}"{dash}/>']
    return drawn + [mark_of(mark, px, py) for px, py in points]


def spread(wanted):
    """Moves label positions apart, as little as need be, keeping their order."""
    placed = sorted(wanted, key=lambda label: label[0])
    ys = [label[0] for label in placed]
    for _ in range(500):
        for i in range(len(ys) - 1):
            overlap = LABEL_GAP - (ys[i + 1] - ys[i])
            if overlap > 0:
                ys[i] -= overlap / 2
                ys[i + 1] += overlap / 2
    return [(round(y, 1), label) for y, label in zip(ys, placed)]


def label_lines(results, all_series, x, y, right, show_value):
    """Names beside the last points; a thin line leads to those that are not next to theirs."""
    wanted = []
    for name, column, words, *_ in all_series:
        points = results.get((name, column))
        if points:
            n, value = points[-1]
            wanted.append((y.at(value), x.at(n), words + (f" {value:.1f}" if show_value else "")))
    drawn = []
    for label_y, (end_y, end_x, words) in spread(wanted):
        drawn.append(line(end_x + 6, end_y, right + LABEL_AT - 2, label_y, 'stroke="#999" stroke-width="0.7"'))
        drawn.append(text(right + LABEL_AT, label_y + 4, words))
    return drawn


def frame(left, right, x, sizes, title, unit):
    drawn = [text(left, TOP - 34, title, size=15, weight="bold"), text(left, TOP - 14, unit)]
    for n in sizes:
        drawn.append(line(x.at(n), TOP, x.at(n), BOTTOM, GRID))
        drawn.append(text(x.at(n), BOTTOM + 20, power_of_ten(n), anchor="middle"))
    drawn.append(text((left + right) / 2, BOTTOM + 40, "identifiers in the list", anchor="middle"))
    return drawn


def ticks(left, right, y, values, words):
    drawn = []
    for value in values:
        drawn.append(line(left, y.at(value), right, y.at(value), GRID))
        drawn.append(text(left - 8, y.at(value) + 4, words(value), anchor="end"))
    return drawn


def axes(left, right):
    return [line(left, TOP, left, BOTTOM, FRAME), line(left, BOTTOM, right, BOTTOM, FRAME)]


def values_of(results, all_series):
    return [value for name, column, *_ in all_series for _, value in results.get((name, column), [])]


def times_panel(results, left, sizes):
    right = left + PANEL_WIDTH
    values = values_of(results, TIMES)
    decades = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)
    x = Axis(sizes[0], sizes[-1], left, right, True)
    y = Axis(10 ** decades[0], 10 ** decades[-1], BOTTOM, TOP, True)
    drawn = frame(left, right, x, sizes, "Time of one lookup of a listed digest",
                  "one at a time, and 1024 in one call")
    drawn += ticks(left, right, y, [10 ** d for d in decades], time_text) + axes(left, right)
    for series in TIMES:
        drawn += series_lines(results, series, x, y)
    return drawn + label_lines(results, TIMES, x, y, right, False)


def bits_panel(results, left, sizes):
    right = left + PANEL_WIDTH
    top = math.ceil(max(values_of(results, BITS)) / BITS_STEP) * BITS_STEP
    x = Axis(sizes[0], sizes[-1], left, right, True)
    y = Axis(0, top, BOTTOM, TOP, False)
    drawn = frame(left, right, x, sizes, "Bits for each identifier", "the whole file; f = 32 where a fingerprint is kept")
    drawn += ticks(left, right, y, range(0, top + 1, BITS_STEP), str) + axes(left, right)
    bound = y.at(LOWER_BOUND_BITS)
    drawn.append(line(left, bound, right, bound, 'stroke="#000" stroke-dasharray="2 3"'))
    drawn.append(text(left + 6, bound + 16, f"least possible at f = 32: {LOWER_BOUND_BITS:.2f}", size=11))
    for series in BITS:
        drawn += series_lines(results, series, x, y)
    return drawn + label_lines(results, BITS, x, y, right, True)


def note_of(results, sizes):
    last = results[("SQLite", "hit_ns")][-1][0]
    stop = f", and were measured up to {power_of_ten(last)}" if last < sizes[-1] else ""
    return (f"Peers have no call for many at once{stop}. Medians of 7 rounds of 200,000 lookups, every file in memory. "
            "Definitions: bench/README.md")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: plot_benchmark.py RESULTS.csv > PLOT.svg")
    results = read_results(sys.argv[1])
    sizes = [n for n, _ in results[("elig", "hit_ns")]]
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">',
        "<title>Lookup time and size of elig and its peers against the number of identifiers</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    drawn += times_panel(results, PANELS_LEFT[0], sizes)
    drawn += bits_panel(results, PANELS_LEFT[1], sizes)
    drawn += [text(PANELS_LEFT[0], HEIGHT - 10, note_of(results, sizes), size=11), "</svg>"]
    sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(part for part in drawn if part))


if __name__ == "__main__":
    main()

"""What was measured, in lines, in CSV and as a picture of the calibration."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.bench.matching.quality import Bin, Quality, kinds_table

# Where chance alone moves the observed share further than this, a span cannot be held to the bar of 0.02.
_CHANCE = 0.01


def quality_lines(quality: Quality) -> list[str]:
    """The counts in words, each with its bar."""
    compared = sum(count * times for count, times in quality.scored.items()) / max(1, sum(quality.scored.values()))
    lines = [
        f"candidate recall {quality.candidate_recall:.5f} of {quality.known:,} people held (bar 0.998); compared on average {compared:.1f}",
        f"precision of match {quality.precision:.5f} of {quality.matches:,} (bar 0.9995); recall of match {quality.match_recall:.4f}",
        "decisions: " + ", ".join(f"{band} {outcome} {count:,}" for (band, outcome), count in sorted(quality.bands.items())),
        f"calibration: off by {mean_error(quality):.5f} on average over all comparisons",
        f"  furthest off {furthest(quality):.4f} (bar 0.02) where chance moves the share by {_CHANCE} at most: {held(quality):.2%} of them",
    ]
    lines += [f"  key {kind:<14} shared by {share:.4f}, the only one of {only:.4f}" for kind, _, share, only in kinds_table(quality)]
    return lines + [
        f"  probability {one.low:>5} to {one.high:<5} {one.pairs:>9,} compared, predicted {one.mean:.4f}, observed {one.observed:.4f}"
        for one in quality.bins
        if one.pairs
    ]


def enough(one: Bin) -> bool:
    """Whether so many comparisons lie in a span that its share is known within `_CHANCE` (one standard error)."""
    return one.pairs > 0 and max(one.mean * (1 - one.mean), one.observed * (1 - one.observed)) / one.pairs <= _CHANCE**2


def furthest(quality: Quality) -> float:
    """The greatest distance between what was predicted and what was so, in spans with enough comparisons."""
    return max((abs(one.mean - one.observed) for one in quality.bins if enough(one)), default=0.0)


def held(quality: Quality) -> float:
    """The share of all comparisons that lies in spans with enough of them."""
    return sum(one.pairs for one in quality.bins if enough(one)) / max(1, sum(one.pairs for one in quality.bins))


def mean_error(quality: Quality) -> float:
    """The distance between predicted and observed, over spans, each weighing as many comparisons as it holds."""
    return sum(abs(one.predicted - one.right) for one in quality.bins) / max(1, sum(one.pairs for one in quality.bins))


def write(folder: Path, name: str, quality: Quality) -> None:
    """The calibration as CSV and SVG, and every wrong match and missed person as text, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("from", "to", "comparisons", "predicted", "observed"))
        for one in quality.bins:
            if one.pairs:
                rows.writerow((one.low, one.high, one.pairs, f"{one.mean:.5f}", f"{one.observed:.5f}"))
    (folder / f"{name}.svg").write_text(picture(quality.bins), encoding="utf-8")
    (folder / f"{name}.txt").write_text("\n".join(["Wrong:", *quality.wrong, "Not found:", *quality.missed, ""]), encoding="utf-8")


def picture(bins: list[Bin]) -> str:
    """Predicted against observed: a dot a span, larger the more comparisons it holds, grey where there are too few.

    A line through each shows two standard errors either way.
    """
    left, bottom, side = 60, 440, 400
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 500" font-family="sans-serif" font-size="13" role="img">',
        "<title>Predicted against observed probability of a match</title>",
        '<rect width="500" height="500" fill="#fff"/>',
        f'<path d="M{left} {bottom}H{left + side}M{left} {bottom}V{bottom - side}" stroke="#0b0c0c"/>',
        f'<path d="M{left} {bottom}L{left + side} {bottom - side}" stroke="#505a5f" stroke-dasharray="4 4"/>',
    ]
    for tenth in range(0, 11, 2):
        at = tenth / 10
        parts.append(f'<text x="{left + side * at:.0f}" y="{bottom + 20}" text-anchor="middle">{at:.1f}</text>')
        parts.append(f'<text x="{left - 10}" y="{bottom - side * at + 4:.0f}" text-anchor="end">{at:.1f}</text>')
    parts.append(f'<text x="{left + side / 2}" y="{bottom + 45}" text-anchor="middle">Predicted probability</text>')
    parts.append('<text x="18" y="240" text-anchor="middle" transform="rotate(-90 18 240)">Observed share</text>')
    for one in bins:
        if one.pairs:
            x, y = left + side * one.mean, bottom - side * one.observed
            size, colour = (3 + min(6, len(str(one.pairs)))), "#1d70b8" if enough(one) else "#b1b4b6"
            chance = 2 * side * (one.observed * (1 - one.observed) / one.pairs) ** 0.5
            parts.append(f'<path d="M{x:.1f} {y - chance:.1f}V{y + chance:.1f}" stroke="{colour}" stroke-width="2"/>')
            words = f"{one.pairs} comparisons: predicted {one.mean:.3f}, observed {one.observed:.3f}"
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{colour}"><title>{words}</title></circle>')
    return "\n".join([*parts, "</svg>", ""])

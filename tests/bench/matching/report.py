"""What was measured, in lines, in CSV and as a picture of the calibration."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.bench.matching.quality import Bin, Quality, kinds_table

# Spans with fewer comparisons than this say nothing.
ENOUGH = 200


def quality_lines(quality: Quality) -> list[str]:
    """The counts in words, each with its bar."""
    compared = sum(count * times for count, times in quality.scored.items()) / max(1, sum(quality.scored.values()))
    lines = [
        f"candidate recall {quality.candidate_recall:.5f} of {quality.known:,} people held (bar 0.998); compared on average {compared:.1f}",
        f"precision of match {quality.precision:.5f} of {quality.matches:,} (bar 0.9995); recall of match {quality.match_recall:.4f}",
        "decisions: " + ", ".join(f"{band} {outcome} {count:,}" for (band, outcome), count in sorted(quality.bands.items())),
        f"calibration: furthest off {furthest(quality):.3f} where {ENOUGH} or more comparisons lie (bar 0.02)",
    ]
    lines += [f"  key {kind:<14} shared by {share:.4f}, the only one of {only:.4f}" for kind, _, share, only in kinds_table(quality)]
    return lines + [
        f"  probability {one.low:>5} to {one.high:<5} {one.pairs:>9,} compared, predicted {one.mean:.4f}, observed {one.observed:.4f}"
        for one in quality.bins
        if one.pairs
    ]


def furthest(quality: Quality) -> float:
    """The greatest distance between what was predicted and what was so, in spans with enough comparisons."""
    return max((abs(one.mean - one.observed) for one in quality.bins if one.pairs >= ENOUGH), default=0.0)


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
    """Predicted against observed: a dot a span, larger the more comparisons it holds, grey where there are too few."""
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
            size, colour = (3 + min(6, len(str(one.pairs)))), "#1d70b8" if one.pairs >= ENOUGH else "#b1b4b6"
            words = f"{one.pairs} comparisons: predicted {one.mean:.3f}, observed {one.observed:.3f}"
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{colour}"><title>{words}</title></circle>')
    return "\n".join([*parts, "</svg>", ""])

"""The timeline of one scenario as a picture: when each hop was reached, and where the way ended."""

from html import escape

from lambda_alerts_cli.proof.result import ProvenHop, ProvenScenario, seconds

WIDTH, LEFT, RIGHT, TOP, ROW = 900, 110, 70, 26, 24
CLASSES = {"held": "held", "failed": "failed", "unproven": "unproven", "not reached": "unreached"}


def timeline(row: ProvenScenario) -> str:
    """An SVG of one line for each hop, on a common scale of seconds after the failure."""
    longest = max((hop.after for hop in row.hops if hop.after is not None), default=0.0) or 1.0
    height = TOP + ROW * len(row.hops) + 10
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(f"Timeline of {row.name}", quote=True)}">',
        f'<text class="soft" x="{LEFT}" y="14">failure</text>',
        f'<text class="soft" x="{WIDTH - RIGHT}" y="14" text-anchor="end">{seconds(longest)}</text>',
    ]
    reached = float(LEFT)
    for number, hop in enumerate(row.hops):
        y = TOP + ROW * number + ROW / 2
        end = _x(hop.after, longest) if hop.after is not None else reached
        parts += _line(hop, y, reached, end)
        reached = max(reached, end)
    return "\n".join([*parts, "</svg>"])


def _x(after: float, longest: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * min(after / longest, 1.0), 1)


def _line(hop: ProvenHop, y: float, begin: float, end: float) -> list[str]:
    shown = seconds(hop.after) if hop.after is not None else hop.outcome
    drawn = [f'<text x="0" y="{y + 4:g}">{escape(hop.name)}</text>']
    if hop.outcome == "held":
        drawn.append(f'<line x1="{min(begin, end):g}" y1="{y:g}" x2="{end:g}" y2="{y:g}"/>')
    drawn.append(f'<circle class="{CLASSES[hop.outcome]}" cx="{end:g}" cy="{y:g}" r="6"/>')
    # A word at the right edge would leave the picture.
    near_the_edge = end > WIDTH - RIGHT - 60 and hop.outcome != "held"
    x, anchor = (end - 12, "end") if near_the_edge else (end + 12, "start")
    drawn.append(f'<text class="soft" x="{x:g}" y="{y + 4:g}" text-anchor="{anchor}">{escape(shown)}</text>')
    return drawn

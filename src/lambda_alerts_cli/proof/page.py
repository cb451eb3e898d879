"""A proof as one HTML file: nothing is loaded from anywhere, and it follows the reader's light or dark."""

from html import escape

from lambda_alerts_cli.proof.result import SIGNS, Proof, ProvenHop, ProvenScenario, seconds
from lambda_alerts_cli.proof.timeline import CLASSES, timeline

STYLE = """
:root { color-scheme: light dark; --text: #1d1c1d; --soft: #616061; --page: #fff; --line: #dddddd;
  --held: #1a7f4b; --failed: #c01343; --unproven: #9a6700; --unreached: #8b8b8b; --way: #b9c4d0; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e6e6; --soft: #a5a5a5; --page: #17181a; --line: #3a3c40;
  --held: #56c98a; --failed: #ff6b8b; --unproven: #e0b04a; --unreached: #77797d; --way: #4a525c; } }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .25rem; }
p.soft, small { color: var(--soft); } table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line); }
td.after { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.held { color: var(--held); fill: var(--held); } .failed { color: var(--failed); fill: var(--failed); }
.unproven { color: var(--unproven); fill: var(--unproven); }
.unreached { color: var(--unreached); fill: var(--unreached); }
td { overflow-wrap: anywhere; } @media (min-width: 40rem) { td:nth-child(2) { white-space: nowrap; } }
.picture { overflow-x: auto; } svg { width: 100%; min-width: 34rem; height: auto; margin: .5rem 0; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
svg line { stroke: var(--way); stroke-width: 2; } svg text.soft { fill: var(--soft); }
.cause { margin: .25rem 0 0; padding-left: .75rem; border-left: 3px solid var(--failed); }
"""


def as_page(proof: Proof) -> str:
    """The whole file."""
    verdict = "held" if proof.holds else "failed"
    scenarios = "\n".join(_scenario(row) for row in proof.scenarios)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(proof.project)}: do failures reach Slack?</title>
<style>{STYLE}</style>
<h1>Do the failures of {escape(proof.project)} reach Slack?</h1>
<p class="{verdict}">{escape(proof.headline)}</p>
<p class="soft">{escape(_clocks(proof))}</p>
{scenarios}
</html>
"""


def _clocks(proof: Proof) -> str:
    if proof.speed == 1:
        return f"Begun at {proof.began}. Seconds are counted from the failure."
    return (
        f"Begun at {proof.began} by the sandbox's clock, {proof.real_began} by this machine's. The sandbox's runs "
        f"{proof.speed:g} times as fast; seconds are the sandbox's, counted from the failure."
    )


def _scenario(row: ProvenScenario) -> str:
    hops = "\n".join(_hop(hop) for hop in row.hops)
    request = f" Request {row.request_id}." if row.request_id else ""
    took = f"{row.seconds:.0f} s"
    return f"""<section>
<h2><span class="{CLASSES[row.outcome]}">{SIGNS[row.outcome]}</span> {escape(row.function)}: {escape(row.title)}</h2>
<p class="soft">{escape(f"Scenario {row.name}.{request} It took {took} until all was quiet again.")}</p>
<div class="picture">{timeline(row)}</div>
<table>
<tr><th></th><th>Hop</th><th>What was seen</th><th>After</th></tr>
{hops}
</table>
</section>"""


def _hop(hop: ProvenHop) -> str:
    word = "Cause" if hop.found else "Maybe"
    causes = "".join(
        f'<p class="cause"><b>{word}:</b> {escape(cause.what)}<br>→ {escape(cause.next_step)}</p>'
        for cause in hop.causes
    )
    return (
        f'<tr><td class="{CLASSES[hop.outcome]}" title="{hop.outcome}">{SIGNS[hop.outcome]}</td>'
        f"<td>{escape(hop.name)}<br><small>{escape(hop.asks)}</small></td>"
        f'<td>{escape(hop.text)}{causes}</td><td class="after">{seconds(hop.after)}</td></tr>'
    )

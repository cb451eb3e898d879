"""In which order the hops of a journey are told: causes before what they caused, whenever each was written down."""

import heapq
from collections import defaultdict
from collections.abc import Sequence

from lambda_alerts_cli.sandbox.journal import Hop

# An alarm or a rule writes its hop when its topic has answered, so the topic's and the channel's may be older.
RANK = {kind: rank for rank, kind in enumerate(("invocation", "metric", "event", "alarm", "rule", "topic", "channel"))}


def in_order(hops: Sequence[Hop]) -> list[Hop]:
    """Each after all those that bring what it follows; else as a failure usually travels, then by age."""
    by_number = {hop.number: hop for hop in hops}
    bringers: dict[str, list[int]] = defaultdict(list)
    for hop in hops:
        for name in hop.brings:
            bringers[name].append(hop.number)
    waits_for = {
        hop.number: {number for name in hop.follows for number in bringers[name]} - {hop.number} for hop in hops
    }
    causes: dict[int, list[int]] = defaultdict(list)
    for number, before in waits_for.items():
        for cause in before:
            causes[cause].append(number)
    ready = [(RANK[hop.kind], hop.number) for hop in hops if not waits_for[hop.number]]
    heapq.heapify(ready)
    ordered: list[Hop] = []
    while ready:
        _, number = heapq.heappop(ready)
        ordered.append(by_number[number])
        for caused in causes[number]:
            waits_for[caused].discard(number)
            if not waits_for[caused]:
                heapq.heappush(ready, (RANK[by_number[caused].kind], caused))
    # Hops that name each other in a circle have no order; none of them is left out.
    told = {hop.number for hop in ordered}
    return [*ordered, *(hop for hop in hops if hop.number not in told)]

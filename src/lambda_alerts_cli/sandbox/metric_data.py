"""How the sandbox's services hand their datapoints to CloudWatch: many at once, and again where nothing arrived."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

LARGEST = 1000  # what PutMetricData takes in one request
TRIES = 3  # a busy machine may refuse a connection
_LOG = logging.getLogger(__name__)


def put_metric_data(cloudwatch: Any, namespace: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether all of them arrived; what did not stands in the log."""
    parts = [rows[first : first + LARGEST] for first in range(0, len(rows), LARGEST)]
    return all([_put(cloudwatch, namespace, part) for part in parts])


def _put(cloudwatch: Any, namespace: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    for left in reversed(range(TRIES)):
        try:
            cloudwatch.put_metric_data(Namespace=namespace, MetricData=list(rows))
            return True
        except EndpointConnectionError as error:
            if not left:
                _LOG.warning("lost %d metrics of %s: %s", len(rows), namespace, error)
        except (ClientError, BotoCoreError) as error:  # they may have arrived: twice would be worse than never
            _LOG.warning("lost %d metrics of %s: %s", len(rows), namespace, error)
            break
    return False

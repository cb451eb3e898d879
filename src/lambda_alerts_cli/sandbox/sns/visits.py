"""The addresses that SNS's messages carry: who got the message may visit them without a signature."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from moto.sns.exceptions import SNSException, TopicNotFound
from moto.sns.models import sns_backends
from werkzeug.wrappers import Request, Response

from lambda_alerts_cli.sandbox.sns.topics import Topics


class Visits:
    """A WSGI application, mounted below OWN_SNS."""

    def __init__(self, account: str) -> None:
        self.account = account

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Confirms a subscription, or ends one."""
        query = {key: values[0] for key, values in parse_qs(Request(environ).query_string.decode()).items()}
        try:
            arn = self._visit(query)
        except (SNSException, ValueError) as error:
            return Response(f"{error}\n", status=400, content_type="text/plain")(environ, start_response)
        return Response(f"{query['Action']}: {arn}\n", content_type="text/plain")(environ, start_response)

    def _visit(self, query: Mapping[str, str]) -> str:
        action, arn = query.get("Action"), query.get("TopicArn") or query.get("SubscriptionArn") or ""
        if action not in ("ConfirmSubscription", "Unsubscribe") or arn.count(":") < 5:
            raise ValueError("this address confirms or ends subscriptions of the sandbox's SNS")
        backend = sns_backends[self.account][arn.split(":")[3]]
        if action == "Unsubscribe":
            backend.unsubscribe(arn)
            return arn
        if arn not in backend.topics:
            raise TopicNotFound()
        assert isinstance(backend, Topics)
        return backend.confirm(query.get("Token", ""))

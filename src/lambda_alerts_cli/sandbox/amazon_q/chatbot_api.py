"""The Chatbot API, as Terraform, boto3 and the aws CLI call it; moto has none."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from lambda_alerts_cli.sandbox.amazon_q.channels import (
    DEFAULT_GUARDRAILS,
    WORKSPACE_NAME,
    Channel,
    Channels,
    Conflict,
    CustomAction,
    NoSuchResource,
)
from lambda_alerts_cli.sandbox.amazon_q.request_rules import Invalid, check

Body = dict[str, Any]

# The API's name of a setting → ours, and what AWS assumes when it is left out.
_SETTINGS: dict[str, tuple[str, Any]] = {
    "SlackChannelId": ("channel", ""),
    "SlackChannelName": ("channel_name", ""),
    "IamRoleArn": ("role", ""),
    "SnsTopicArns": ("topics", ()),
    "LoggingLevel": ("logging", "NONE"),
    "GuardrailPolicyArns": ("guardrails", DEFAULT_GUARDRAILS),
    "UserAuthorizationRequired": ("user_role_required", False),
}


class ChatbotApi:
    """A WSGI application; its requests are told apart by the scope of their signature."""

    def __init__(self, channels: Channels) -> None:
        self.channels = channels
        self.operations: dict[str, Callable[[Body], tuple[int, Body | None]]] = {
            "/create-slack-channel-configuration": self._create,
            "/describe-slack-channel-configurations": self._describe,
            "/update-slack-channel-configuration": self._update,
            "/delete-slack-channel-configuration": self._delete,
            "/describe-slack-workspaces": self._workspaces,
            "/create-custom-action": self._create_action,
            "/get-custom-action": self._get_action,
            "/update-custom-action": self._update_action,
            "/delete-custom-action": self._delete_action,
            "/list-custom-actions": self._list_actions,
            "/associate-to-configuration": self._associate,
            "/disassociate-from-configuration": self._disassociate,
            "/list-associations": self._associations,
            "/list-tags-for-resource": self._tags,
            "/tag-resource": self._tag,
            "/untag-resource": self._untag,
            "/list-ms-teams-channel-configurations": lambda _: (200, {"TeamChannelConfigurations": []}),
            "/describe-chime-webhook-configurations": lambda _: (200, {"WebhookConfigurations": []}),
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers one request."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        operation = self.operations.get(request.path.rstrip("/"))
        if operation is None:
            return _failure(501, "InternalServiceError", f"the sandbox does not have chatbot:{request.path}")
        try:
            status, document = operation(json.loads(request.get_data() or b"{}"))
        except NoSuchResource as error:
            return _failure(404, "ResourceNotFoundException", str(error))
        except Conflict as error:
            return _failure(409, "ConflictException", str(error))
        except Invalid as error:
            return _failure(400, "InvalidRequestException", str(error))
        except (KeyError, ValueError) as error:
            return _failure(400, "InvalidRequestException", f"missing or malformed: {error}")
        body = b"" if document is None else json.dumps(document).encode()
        return Response(body, status=status, content_type="application/json")

    def _create(self, body: Body) -> tuple[int, Body]:
        check("CreateSlackChannelConfigurationRequest", body)
        name = body["ConfigurationName"]
        settings = {ours: body.get(theirs) or missing for theirs, (ours, missing) in _SETTINGS.items()}
        channel = Channel(
            arn=self.channels.channel_arn(name),
            name=name,
            workspace=body["SlackTeamId"],
            tags=_tags(body.get("Tags")),
            **_frozen(settings),
        )
        return 201, {"ChannelConfiguration": shown(self.channels.add(channel))}

    def _describe(self, body: Body) -> tuple[int, Body]:
        # A configuration that does not exist is no error here: Terraform takes the empty list for "gone".
        wanted = body.get("ChatConfigurationArn")
        rows = [shown(c) for c in list(self.channels.channels.values()) if wanted in (None, c.arn)]
        return 200, {"SlackChannelConfigurations": rows}

    def _update(self, body: Body) -> tuple[int, Body]:
        check("UpdateSlackChannelConfigurationRequest", body, only=tuple(body))
        changes = {ours: body[theirs] for theirs, (ours, _) in _SETTINGS.items() if body.get(theirs) is not None}
        changed = self.channels.update(body["ChatConfigurationArn"], **_frozen(changes))
        return 200, {"ChannelConfiguration": shown(changed)}

    def _delete(self, body: Body) -> tuple[int, None]:
        self.channels.remove(body["ChatConfigurationArn"])
        return 204, None

    def _workspaces(self, body: Body) -> tuple[int, Body]:
        teams = sorted({c.workspace for c in self.channels.channels.values()})
        rows = [{"SlackTeamId": team, "SlackTeamName": WORKSPACE_NAME, "State": "ENABLED"} for team in teams]
        return 200, {"SlackWorkspaces": rows}

    def _create_action(self, body: Body) -> tuple[int, Body]:
        check("CreateCustomActionRequest", body)
        name = body["ActionName"]
        action = CustomAction(
            arn=self.channels.action_arn(name),
            name=name,
            alias=body.get("AliasName"),
            definition=body["Definition"],
            attachments=tuple(body.get("Attachments") or ()),
            tags=_tags(body.get("Tags")),
        )
        return 201, {"CustomActionArn": self.channels.add_action(action).arn}

    def _get_action(self, body: Body) -> tuple[int, Body]:
        action = self.channels.action(body["CustomActionArn"])
        row = {
            "CustomActionArn": action.arn,
            "ActionName": action.name,
            "Definition": action.definition,
            "Attachments": list(action.attachments),
        }
        return 200, {"CustomAction": {**row, "AliasName": action.alias} if action.alias else row}

    def _update_action(self, body: Body) -> tuple[int, Body]:
        check("UpdateCustomActionRequest", body)
        action = self.channels.update_action(
            body["CustomActionArn"],
            alias=body.get("AliasName"),
            definition=body["Definition"],
            attachments=tuple(body.get("Attachments") or ()),
        )
        return 200, {"CustomActionArn": action.arn}

    def _delete_action(self, body: Body) -> tuple[int, Body]:
        self.channels.remove_action(body["CustomActionArn"])
        return 200, {}

    def _list_actions(self, body: Body) -> tuple[int, Body]:
        return 200, {"CustomActions": sorted(self.channels.actions)}

    def _associate(self, body: Body) -> tuple[int, Body]:
        channel, action = self.channels.channel(body["ChatConfiguration"]), self.channels.action(body["Resource"])
        self.channels.update(channel.arn, customizations=(*channel.customizations, action.arn))
        return 201, {}

    def _disassociate(self, body: Body) -> tuple[int, Body]:
        channel = self.channels.channel(body["ChatConfiguration"])
        kept = tuple(arn for arn in channel.customizations if arn != body["Resource"])
        self.channels.update(channel.arn, customizations=kept)
        return 204, {}

    def _associations(self, body: Body) -> tuple[int, Body]:
        channel = self.channels.channel(body["ChatConfiguration"])
        return 200, {"Associations": [{"Resource": arn} for arn in channel.customizations]}

    def _tags(self, body: Body) -> tuple[int, Body]:
        return 200, {"Tags": _rows(self.channels.tags(body["ResourceARN"]))}

    def _tag(self, body: Body) -> tuple[int, Body]:
        self.channels.retag(body["ResourceARN"], _tags(body["Tags"]), ())
        return 200, {}

    def _untag(self, body: Body) -> tuple[int, Body]:
        self.channels.retag(body["ResourceARN"], {}, tuple(body["TagKeys"]))
        return 200, {}


def shown(channel: Channel) -> Body:
    """A configuration as the API shows it."""
    return {
        "ChatConfigurationArn": channel.arn,
        "ConfigurationName": channel.name,
        "SlackTeamId": channel.workspace,
        "SlackTeamName": WORKSPACE_NAME,
        "SlackChannelId": channel.channel,
        "SlackChannelName": channel.channel_name,
        "IamRoleArn": channel.role,
        "SnsTopicArns": list(channel.topics),
        "LoggingLevel": channel.logging,
        "GuardrailPolicyArns": list(channel.guardrails),
        "UserAuthorizationRequired": channel.user_role_required,
        "Tags": _rows(channel.tags),
        "State": "ENABLED",
    }


def _frozen(settings: Body) -> Body:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}


def _tags(rows: list[dict[str, str]] | None) -> dict[str, str]:
    return {row["TagKey"]: row["TagValue"] for row in rows or ()}


def _rows(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"TagKey": key, "TagValue": value} for key, value in sorted(tags.items())]


def _failure(status: int, code: str, message: str) -> Response:
    response = Response(
        json.dumps({"__type": code, "message": message}), status=status, content_type="application/json"
    )
    response.headers["x-amzn-ErrorType"] = code
    return response

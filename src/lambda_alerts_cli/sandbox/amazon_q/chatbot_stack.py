"""CloudFormation's AWS::Chatbot types; moto accepts and ignores them, and turns a refusal into a retried 500."""

from typing import Any, ClassVar

from moto.cloudformation import urls
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException, ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack, cloudformation_backends
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.common_models import CloudFormationModel
from moto.core.responses import ActionResult

from lambda_alerts_cli.sandbox.amazon_q.channels import DEFAULT_GUARDRAILS, Channel, Channels, Conflict, CustomAction
from lambda_alerts_cli.sandbox.amazon_q.request_rules import Invalid, check
from lambda_alerts_cli.sandbox.extension import Extended, take_the_place_of

Properties = dict[str, Any]


class _ByArn:
    """What both types have in common: `Ref` and one attribute give the ARN."""

    channels: ClassVar[Channels]  # CloudFormation finds types by their class, so this is where they find their state
    arn_attribute: ClassVar[str]

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @property
    def physical_resource_id(self) -> str:
        """What `Ref` gives."""
        return self.arn

    def is_created(self) -> bool:
        """It exists as soon as it is made."""
        return True

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether `Fn::GetAtt` knows the attribute."""
        return attr == cls.arn_attribute

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """What `Fn::GetAtt` gives."""
        if attribute_name != self.arn_attribute:
            raise UnformattedGetAttTemplateException()
        return self.arn


class SlackChannelType(_ByArn, CloudFormationModel):
    """AWS::Chatbot::SlackChannelConfiguration."""

    arn_attribute = "Arn"

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property that names the resource."""
        return "ConfigurationName"

    @staticmethod
    def cloudformation_type() -> str:
        """The type as templates name it."""
        return "AWS::Chatbot::SlackChannelConfiguration"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> "SlackChannelType":
        """Makes the configuration, unless its channel has one."""
        properties: Properties = cloudformation_json["Properties"]
        name = properties["ConfigurationName"]
        channel = Channel(
            arn=cls.channels.channel_arn(name),
            name=name,
            workspace=properties["SlackWorkspaceId"],
            **_channel_settings(properties),
        )
        return cls(cls.channels.add(channel).arn)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "SlackChannelType",
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "SlackChannelType":
        """Changes the configuration, or replaces it where name or workspace differ: first the new one, as AWS does."""
        properties: Properties = cloudformation_json["Properties"]
        old = cls.channels.channel(original_resource.arn)
        if (old.name, old.workspace) == (properties["ConfigurationName"], properties["SlackWorkspaceId"]):
            cls.channels.update(old.arn, **_channel_settings(properties))
            return original_resource
        new = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        cls.channels.remove(old.arn)
        return new

    def delete(self, account_id: str, region_name: str) -> None:
        """Removes the configuration."""
        if self.arn in self.channels.channels:
            self.channels.remove(self.arn)


class CustomActionType(_ByArn, CloudFormationModel):
    """AWS::Chatbot::CustomAction."""

    arn_attribute = "CustomActionArn"

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property that names the resource."""
        return "ActionName"

    @staticmethod
    def cloudformation_type() -> str:
        """The type as templates name it."""
        return "AWS::Chatbot::CustomAction"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **kwargs: Any
    ) -> "CustomActionType":
        """Makes the action."""
        properties: Properties = cloudformation_json["Properties"]
        name = properties["ActionName"]
        action = CustomAction(arn=cls.channels.action_arn(name), name=name, **_action_settings(properties))
        return cls(cls.channels.add_action(action).arn)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "CustomActionType",
        new_resource_name: str,
        cloudformation_json: Any,
        account_id: str,
        region_name: str,
    ) -> "CustomActionType":
        """Changes the action, or replaces it where the name differs."""
        properties: Properties = cloudformation_json["Properties"]
        old = cls.channels.action(original_resource.arn)
        if old.name == properties["ActionName"]:
            cls.channels.update_action(old.arn, **_action_settings(properties))
            return original_resource
        new = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        cls.channels.remove_action(old.arn)
        return new

    def delete(self, account_id: str, region_name: str) -> None:
        """Removes the action."""
        if self.arn in self.channels.actions:
            self.channels.remove_action(self.arn)


class StackResponses(CloudFormationResponse):
    """A resource that cannot be made fails the stack, with its reason among the events."""

    def create_stack(self) -> ActionResult:
        """The stack; when a resource was refused, rolled back or deleted as `OnFailure` says."""
        try:
            return super().create_stack()
        except (Conflict, Invalid) as refusal:
            backend = self.cloudformation_backend
            assert isinstance(backend, Stacks)
            stack = backend.undo(self._get_param("StackName"), str(refusal), self._get_param("OnFailure") == "DELETE")
            return ActionResult({"StackId": stack.stack_id})

    def update_stack(self) -> ActionResult:
        """The stack; a refused change is said at once, where AWS would roll it back a moment later."""
        try:
            return super().update_stack()
        except (Conflict, Invalid) as refusal:
            raise ValidationError(message=str(refusal)) from None


class Stacks(Extended, CloudFormationBackend, addresses=urls, answers=StackResponses):
    """The stacks of one region."""

    def undo(self, name: str, reason: str, forget: bool) -> Stack:
        """Takes back what a stack has made so far."""
        stack = next(stack for stack in self.stacks.values() if stack.name == name)
        stack._add_stack_event("CREATE_FAILED", resource_status_reason=reason)
        if forget:
            self.delete_stack(stack.stack_id)
            return stack
        stack.resource_map.delete()
        stack._add_stack_event("ROLLBACK_COMPLETE")
        stack.status = "ROLLBACK_COMPLETE"
        return stack


def install(channels: Channels) -> None:
    """Makes the types known; they act on `channels`."""
    _ByArn.channels = channels
    take_the_place_of(cloudformation_backends, Stacks)


def _channel_settings(properties: Properties) -> Properties:
    as_a_request = {**properties, "SlackTeamId": properties["SlackWorkspaceId"]}
    checked = ("ConfigurationName", "SlackTeamId", "SlackChannelId", "IamRoleArn", "SnsTopicArns", "LoggingLevel")
    check("CreateSlackChannelConfigurationRequest", as_a_request, only=checked)
    return {
        "channel": properties["SlackChannelId"],
        "role": properties["IamRoleArn"],
        "topics": tuple(properties.get("SnsTopicArns") or ()),
        "guardrails": tuple(properties.get("GuardrailPolicies") or DEFAULT_GUARDRAILS),
        "logging": properties.get("LoggingLevel") or "NONE",
        "user_role_required": str(properties.get("UserRoleRequired", False)).lower() == "true",
        "customizations": tuple(properties.get("CustomizationResourceArns") or ()),
        "tags": {row["Key"]: row["Value"] for row in properties.get("Tags") or ()},
    }


def _action_settings(properties: Properties) -> Properties:
    check("CreateCustomActionRequest", properties, only=("ActionName", "AliasName", "Definition", "Attachments"))
    return {
        "alias": properties.get("AliasName"),
        "definition": properties["Definition"],
        "attachments": tuple(properties.get("Attachments") or ()),
        "tags": {row["Key"]: row["Value"] for row in properties.get("Tags") or ()},
    }

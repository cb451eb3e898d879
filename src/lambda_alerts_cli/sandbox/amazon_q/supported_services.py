"""The services whose EventBridge events Amazon Q shows, if they arrive unmodified.

AWS says "most services that EventBridge supports"
(https://docs.aws.amazon.com/chatbot/latest/adminguide/related-services.html). The rows whose origin is not "facts" are
plausible and not confirmed; a service that is not here is dropped with a reason that says so, because an alert that
may not arrive is worse than one that surely does not.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A source of events."""

    name: str
    types: tuple[str, ...] = ()  # the detail types that are shown; all when empty
    origin: str = "unconfirmed"  # "facts": it stands in the project's list of what AWS does


SERVICES = {
    "aws.access-analyzer": Service("IAM Access Analyzer"),
    "aws.acm": Service("Certificate Manager"),
    "aws.autoscaling": Service("EC2 Auto Scaling"),
    "aws.backup": Service("Backup"),
    "aws.batch": Service("Batch", origin="facts"),
    "aws.cloudformation": Service("CloudFormation", origin="facts"),
    "aws.cloudwatch": Service("CloudWatch", ("CloudWatch Alarm State Change",), origin="facts"),
    "aws.codebuild": Service("CodeBuild"),
    "aws.codedeploy": Service("CodeDeploy", origin="facts"),
    "aws.codepipeline": Service("CodePipeline"),
    "aws.config": Service("Config"),
    "aws.ec2": Service("EC2"),
    "aws.ecr": Service("ECR", origin="facts"),
    "aws.ecs": Service("ECS", origin="facts"),
    "aws.glue": Service("Glue"),
    "aws.guardduty": Service("GuardDuty", origin="facts"),
    "aws.health": Service("Health", origin="facts"),
    "aws.inspector2": Service("Inspector"),
    "aws.rds": Service("RDS"),
    "aws.securityhub": Service("Security Hub"),
    "aws.ssm": Service("Systems Manager"),
    "aws.states": Service("Step Functions", origin="facts"),
    "aws.trustedadvisor": Service("Trusted Advisor"),
}
# Calls of an API reach EventBridge as events of the called service; whether Amazon Q shows them is not confirmed.
NOT_SHOWN = ("AWS API Call via CloudTrail", "AWS Console Action via CloudTrail")

import re

import pytest

from lambda_alerts_cli.diagnosis import diagnose, diagnose_terraform
from lambda_alerts_cli.errors import FAILED, MISCONFIGURED, MISSING, Failed, Missing, Refused
from lambda_alerts_cli.known_errors import AGAIN, ROWS
from lambda_alerts_cli.terraform_events import Diagnostic

LOCKED = """Error acquiring the state lock
Error message: operation error S3: PutObject, https response error StatusCode: 412, RequestID: YHyd, HostID: 9Gjj=, \
api error PreconditionFailed: At least one of the pre-conditions you specified did not hold
Lock Info:
  ID:        5d1a6d23-1111-2222-3333-444455556666
  Path:      acme-state/env:/sandbox-9/orders/terraform.tfstate
  Operation: OperationTypeApply
  Who:       ci@runner-7
  Version:   1.11.4
  Created:   2026-11-21 10:00:00.123456 +0000 UTC
  Info:      

Terraform acquires a state lock to protect the state from being written
by multiple users at the same time."""
NO_BUCKET = """Failed to get existing workspaces: S3 bucket "acme-state" does not exist.
The referenced S3 bucket must have been previously created.
Error: operation error S3: ListObjectsV2, https response error StatusCode: 404, RequestID: lLy3, NoSuchBucket: """
NO_REGISTRY = """Failed to query available provider packages
Could not retrieve the list of available versions for provider hashicorp/aws: could not connect to registry.example: \
failed to request discovery document: dial tcp: lookup registry.example on 10.0.0.2:53: no such host"""
DENIED = """creating Lambda Function (shop-orders): operation error Lambda: CreateFunction, https response error \
StatusCode: 403, RequestID: 1c7a, api error AccessDeniedException: User: \
arn:aws:sts::123456789012:assumed-role/deployer/ci-77 is not authorized to perform: lambda:CreateFunction on resource: \
arn:aws:lambda:ap-northeast-1:123456789012:function:shop-orders because no identity-based policy allows it"""
EXISTS = """creating ECR Repository (shop-orders): operation error ECR: CreateRepository, https response error \
StatusCode: 400, RequestID: He3k, RepositoryAlreadyExistsException: The repository with name 'shop-orders' already \
exists in the registry with id '123456789012'"""
INDEX = """updating Lambda Function (shop-orders) code: operation error Lambda: UpdateFunctionCode, https response \
error StatusCode: 400, InvalidParameterValueException: The image manifest, config or layer media type for \
the source image 123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop-orders@sha256:80 is not supported."""
CONCURRENCY = """setting Lambda Function (shop-orders) concurrency: operation error Lambda: PutFunctionConcurrency, \
https response error StatusCode: 400, InvalidParameterValueException: Specified ReservedConcurrentExecutions \
for function decreases account's UnreservedConcurrentExecution below its minimum value of [10]."""
BUSY = """updating Lambda Function (shop-orders) configuration: operation error Lambda: UpdateFunctionConfiguration, \
https response error StatusCode: 409, ResourceConflictException: The operation cannot be performed at this \
time. An update is in progress for resource: arn:aws:lambda:ap-northeast-1:123456789012:function:shop-orders"""
CHANNEL_TAKEN = """creating CloudFormation Stack (shop-alerts): ROLLBACK_COMPLETE: Resource handler returned message: \
"Invalid request provided: Slack channel with ID C0GHJKLMN in Slack team T0ABCDEF has already been configured for AWS \
account 123456789012. (Service: AWSChatbot; Status Code: 400; Error Code: InvalidRequestException; Request ID: 1)\""""
NOT_AUTHORISED = """waiting for CloudFormation Stack (shop-alerts) create: stack status (DELETE_COMPLETE): Resource \
handler returned message: "Invalid request provided: Slack workspace T0ABCDEF is not authorized with AWS account \
123456789012\""""
NO_ENDPOINT = """Retrieving AWS account details: validating provider credentials: retrieving caller identity from STS: \
operation error STS: GetCallerIdentity, exceeded maximum number of attempts, 9, https response error StatusCode: 0, \
RequestID: , request send failed, Post "http://127.0.0.1:9/": dial tcp 127.0.0.1:9: connect: connection refused"""
NO_CREDENTIALS = """No valid credential sources found
Error: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata"""

# what was said → the exit code, and words of what the user reads
SAID = [
    (NO_CREDENTIALS, MISSING, "no AWS credentials were found"),
    ("NoCredentialsError: Unable to locate credentials", MISSING, "no AWS credentials were found"),
    ("failed to get shared config profile, staging", MISSING, "the AWS profile staging does not exist"),
    ("ProfileNotFound: The config profile (staging) could not be found", MISSING, "profile staging does not exist"),
    ("GetCallerIdentity: ExpiredToken: The security token included in the request is expired", MISSING, "have expired"),
    (
        "TokenRetrievalError: Error when retrieving token from sso: Token has expired and refresh failed",
        MISSING,
        "expired",
    ),
    (
        "GetCallerIdentity: InvalidClientTokenId: The security token included in the request is invalid.",
        MISSING,
        "region",
    ),
    (
        "ListFunctions: UnrecognizedClientException: The security token is invalid.",
        MISSING,
        "does not know these credentials",
    ),
    ("GetCallerIdentity: SignatureDoesNotMatch: The request signature we calculated", MISSING, "refuses the signature"),
    ("invalid AWS Region: mars-1", MISSING, "not an AWS region: mars-1"),
    (NO_ENDPOINT, MISSING, "the sandbox has ended"),
    (
        'EndpointConnectionError: Could not connect to the endpoint URL: "https://lambda.mars-1.amazonaws.com/"',
        MISSING,
        "AWS does not answer: https://lambda.mars-1.amazonaws.com",
    ),
    (
        "SSLError: validation failed for https://sts.ap-northeast-1.amazonaws.com/ [SSL: CERTIFICATE_VERIFY_FAILED]",
        MISSING,
        "AWS does not answer: https://sts.ap-northeast-1.amazonaws.com",
    ),
    ("request send failed, tls: failed to verify certificate: x509: unknown authority", MISSING, "does not answer"),
    (NO_REGISTRY, MISSING, "cannot fetch the aws provider"),
    (NO_BUCKET, MISSING, "the bucket for Terraform's state does not exist: acme-state"),
    ("Unsupported Terraform Core version", MISSING, "too old"),
    (DENIED, FAILED, "role deployer may not do lambda:CreateFunction"),
    ("CreateRepository: AccessDeniedException: no", FAILED, "the credentials may not do CreateRepository"),
    (LOCKED, FAILED, "ci@runner-7 has held it since 2026-11-21 10:00:00 UTC (Apply)"),
    ("CreateBucket: BucketAlreadyExists: The requested bucket name is not available", FAILED, "taken by somebody else"),
    ("Invoke: ResourceNotFoundException: Function not found: arn:aws:lambda:x", FAILED, "AWS has no such function"),
    ("InvalidConfigError: The source_profile x does not exist", MISSING, "read: The source_profile x does not exist"),
    ("UnknownCredentialError: Credential named foo not found.", MISSING, "read: Credential named foo not found"),
    ("Saved plan is stale", FAILED, "somebody else has applied"),
    ("Backend configuration changed", FAILED, "the place of Terraform's state has changed"),
    ("Error asking for state migration action: input is disabled", FAILED, "has not moved with it"),
    ("Can't ask approval for state migration when interactive input is disabled.", FAILED, "has not moved with it"),
    ("CreateFunction: TooManyRequestsException: Rate exceeded", FAILED, "throttled"),
    ("PutMetricAlarm: Throttling: Rate exceeded", FAILED, "throttled"),
    (BUSY, FAILED, "another change of the same resource is still under way"),
    (EXISTS, FAILED, "in the account already"),
    (INDEX, FAILED, "Lambda does not take this image"),
    (CONCURRENCY, FAILED, "reserved_concurrency leaves too little"),
    ("CreateRole: LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000", FAILED, "a quota of the AWS account"),
    (CHANNEL_TAKEN, FAILED, "the Slack channel C0GHJKLMN has a configuration of Amazon Q Developer"),
    (NOT_AUTHORISED, FAILED, "may not post to the Slack workspace T0ABCDEF yet"),
    ("Failed to save state\nwrite errored.tfstate", FAILED, "state could not be saved"),
    ("write /var/x: no space left on device", FAILED, "the disk is full"),
]


@pytest.mark.parametrize(("text", "code", "words"), SAID)
def test_a_known_error_is_told_in_plain_words_with_a_next_step(text: str, code: int, words: str) -> None:
    problem = diagnose(text, "here")
    assert words in problem.what
    assert (problem.exit_code, problem.where) == (code, "here")
    assert problem.next_step
    assert "RequestID" not in problem.what and "StatusCode" not in problem.what


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what[:40])
def test_each_row_fills_its_texts_from_its_own_pattern(row: object) -> None:
    names = set(re.compile(row.pattern).groupindex) | {"endpoint"}  # type: ignore[attr-defined]
    wanted = set(re.findall(r"\{(\w+)\}", row.what + row.next_step))  # type: ignore[attr-defined]
    assert wanted <= names


def test_the_lock_can_be_taken_away_by_its_id() -> None:
    assert "force-unlock 5d1a6d23-1111-2222-3333-444455556666" in str(diagnose(LOCKED).next_step)


def test_a_moved_state_names_the_command_that_takes_it_along() -> None:
    step = str(diagnose("Backend configuration changed").next_step)
    assert "terraform -chdir=terraform init -migrate-state" in step


def test_a_missing_bucket_names_the_command_that_makes_it() -> None:
    assert "lambda-alerts init --state-bucket" in str(diagnose(NO_BUCKET).next_step)


def test_a_name_that_is_taken_is_a_refusal() -> None:
    assert isinstance(diagnose(EXISTS), Refused)


def test_a_denied_lock_is_told_as_denied_and_not_as_locked() -> None:
    text = "Error acquiring the state lock\noperation error S3: PutObject, api error AccessDenied: Access Denied"
    assert "the credentials may not do S3: PutObject" in diagnose(text).what


@pytest.mark.parametrize(
    "text",
    [
        "Resource precondition failed\nshop-orders-errors: 1441 periods are too long.",
        'Invalid value for variable\nA region looks like ap-northeast-1: "x" does not.\n\nThis was checked by the '
        "validation rule at variables.tf:17,3-13.",
    ],
)
def test_what_the_stack_itself_refuses_is_told_in_its_own_words(text: str) -> None:
    problem = diagnose(text)
    assert problem.what == text.split("\n")[1]
    assert problem.exit_code == MISCONFIGURED


def test_the_words_of_a_credential_process_are_told_on_one_line_and_cut() -> None:
    text = (
        "CredentialRetrievalError: Error when retrieving credentials from custom-process: vault\n  is sealed "
        + "x" * 999
    )
    what = diagnose(text).what
    assert "custom-process: vault is sealed xxx" in what and len(what) < 500


def test_a_word_in_passing_is_no_network_that_fails() -> None:
    problem = diagnose(
        "UpdateFunctionConfiguration: InvalidParameterValueException: the layer certificate-store is odd"
    )
    assert type(problem) is Failed and "certificate-store is odd" in problem.what


class TestUnknown:
    def test_an_unknown_error_loses_only_its_noise(self) -> None:
        text = (
            "creating SQS Queue (x): operation error SQS: CreateQueue, https response error StatusCode: 400, "
            "RequestID: 12-34, api error InvalidAttributeValue: Invalid value for the parameter DelaySeconds."
        )
        problem = diagnose(text)
        assert problem.what == (
            "creating SQS Queue (x): SQS CreateQueue: InvalidAttributeValue: "
            "Invalid value for the parameter DelaySeconds"
        )
        assert problem.next_step == AGAIN

    def test_the_content_of_a_variable_is_never_repeated(self) -> None:
        text = "ValidationException: Value '{DB_URL=postgres://u:hunter2@db}' at 'environment.variables' failed"
        assert "hunter2" not in diagnose(text).what
        assert "environment.variables" in diagnose(text).what

    def test_a_very_long_error_is_cut(self) -> None:
        assert len(diagnose("odd " * 1000).what) <= 400


class TestTerraform:
    def test_the_resource_is_where_it_happened(self) -> None:
        problem = diagnose_terraform([Diagnostic("error", DENIED, address="module.x.aws_lambda_function.this")], "")
        assert problem.where == "module.x.aws_lambda_function.this"

    def test_the_provider_is_no_place_in_the_project(self) -> None:
        problem = diagnose_terraform([Diagnostic("error", NO_ENDPOINT, address='provider["x/hashicorp/aws"]')], "")
        assert problem.where is None

    def test_the_same_error_of_many_resources_is_told_once(self) -> None:
        errors = [Diagnostic("error", EXISTS, address=f"aws_ecr_repository.r{number}") for number in (3, 1, 2, 5, 4)]
        problem = diagnose_terraform(errors, "")
        assert "; and" not in problem.what
        assert problem.where == "aws_ecr_repository.r1, aws_ecr_repository.r2, aws_ecr_repository.r3 and 2 more"

    def test_missing_credentials_explain_what_else_went_wrong(self) -> None:
        errors = [Diagnostic("error", "something odd", address="a.b"), Diagnostic("error", NO_CREDENTIALS)]
        problem = diagnose_terraform(errors, "")
        assert isinstance(problem, Missing)
        assert problem.what == "no AWS credentials were found; and: something odd (a.b)"

    def test_what_terraform_says_without_json_loses_its_frame(self) -> None:
        plain = "\x1b[31m╷\x1b[0m\n\x1b[31m│\x1b[0m Error: Odd thing\n│\n│ It happened.\n╵"
        assert diagnose_terraform([], plain).what == "Odd thing It happened"

    def test_silence_is_named(self) -> None:
        assert diagnose_terraform([], "").what == "Terraform ended without saying why"

    def test_only_an_unknown_error_points_to_the_log(self) -> None:
        unknown = diagnose_terraform([Diagnostic("error", "odd")], "", log="logs/terraform-apply.log")
        known = diagnose_terraform([Diagnostic("error", EXISTS)], "", log="logs/terraform-apply.log")
        assert str(unknown.next_step).endswith("all that Terraform said is in logs/terraform-apply.log")
        assert isinstance(unknown, Failed)
        assert "log" not in str(known.next_step)

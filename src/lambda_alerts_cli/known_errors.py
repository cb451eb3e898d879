"""The errors of AWS and Terraform that are known: how each is recognised, what it means, and what to do about it."""

from dataclasses import dataclass

from lambda_alerts_cli.errors import Failed, Missing, Misused, Problem, Refused

SANDBOX = "without an account: `lambda-alerts sandbox up`, then `lambda-alerts sandbox exec -- lambda-alerts deploy`"
SIGN_IN = "sign in (`aws sso login`, or set AWS_PROFILE) and try again"
AGAIN = "run the same command again; it goes on where it stopped"


@dataclass(frozen=True)
class Row:
    """One known error: how it is recognised, and what is said about it; `{names}` are the pattern's groups."""

    pattern: str
    what: str
    next_step: str
    kind: type[Problem] = Failed


# The first row that matches wins: what says most stands above what says less.
ROWS: tuple[Row, ...] = (
    # Terraform's state
    Row(
        r"Error acquiring the state lock.*?\n\s*ID:\s+(?P<lock>\S+).*?Operation:\s+(?:OperationType)?(?P<operation>\S*)"
        r".*?Who:\s+(?P<who>\S*).*?Created:\s+(?P<since>[\d-]+ [\d:]+)",
        "Terraform's state is locked: {who} has held it since {since} UTC ({operation})",
        "wait until that run is done and try again;\nif it is dead: `terraform -chdir=terraform force-unlock {lock}`",
    ),
    Row(
        r"Backend configuration changed|Backend configuration block has changed|Unsetting the previously set backend"
        r"|Error asking for state migration action|Can't ask approval for state migration",
        "the place of Terraform's state has changed, and the state has not moved with it",
        "`terraform -chdir=terraform init -migrate-state` takes it along; if the change is a mistake, undo [state]",
    ),
    Row(
        r"S3 bucket \"(?P<bucket>[^\"]+)\" does not exist|NoSuchBucket",
        "the bucket for Terraform's state does not exist: {bucket}",
        "correct state.bucket, or make the bucket: `lambda-alerts init --state-bucket`",
        Missing,
    ),
    Row(
        r"Backend initialization required|Required plugins are not installed|Module not installed"
        r"|Inconsistent dependency lock file|Missing required provider",
        "the Terraform folder is not initialised for its present content",
        "`terraform -chdir=terraform init`, then try again",
    ),
    Row(
        r"Saved plan is stale|saved plan.*can no longer be applied",
        "somebody else has applied since this plan was made",
        "run the same command again: it plans anew",
    ),
    Row(
        r"Failed to (?:save|persist) state|Error saving state|errored\.tfstate",
        "the changes were made, but Terraform's state could not be saved",
        "`terraform -chdir=terraform state push errored.tfstate` as soon as the state's place answers again;\n"
        "keep terraform/errored.tfstate until then",
    ),
    Row(
        r"[Oo]peration canceled|Execution halted|Interrupt received|context canceled",
        "interrupted; what was done until then is noted in the state",
        AGAIN,
    ),
    Row(
        r"state snapshot was created by Terraform v(?P<newer>[\d.]+)|Unsupported Terraform Core version",
        "this Terraform is too old for the stack or its state {newer}",
        "install a newer Terraform: https://developer.hashicorp.com/terraform/install",
        Missing,
    ),
    Row(
        r"could not connect to registry\.|Failed to query available provider packages|Failed to install provider",
        "Terraform cannot fetch the aws provider: its registry does not answer",
        "check network and proxy (HTTPS_PROXY); a machine without network needs a provider mirror:\n"
        "https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation",
        Missing,
    ),
    Row(
        r"(?:precondition failed|Invalid value for (?:input )?variable)\s+"
        r"(?P<said>\S.*?)\s*(?:This was checked by.*)?$",
        "{said}",
        "correct the value in lambda-alerts.toml and try again",
        Misused,
    ),
    # Who is asking
    Row(
        r"ExpiredToken|security token included in the request is expired|RequestExpired|Token has expired"
        r"|session (?:associated with this profile )?has expired|refresh cached SSO token|InvalidGrantException"
        r"|token [^.]*expired|expired and refresh failed",
        "the AWS credentials have expired",
        SIGN_IN,
        Missing,
    ),
    Row(
        r"failed to get shared config profile, (?P<profile>[^\s\"]+)"
        r"|config profile \((?P<named>[^)]+)\) could not be found",
        "the AWS profile {profile}{named} does not exist",
        "`aws configure list-profiles` shows those that do; set AWS_PROFILE to one of them",
        Missing,
    ),
    Row(
        r"(?:ConfigParseError|ConfigNotFound|InvalidConfigError|InfiniteLoopConfigError|UnknownCredentialError"
        r"|CredentialRetrievalError|PartialCredentialsError): (?P<reason>.+)",
        "the AWS credentials cannot be read: {reason}",
        "correct AWS's own settings (AWS_* in the environment, ~/.aws/config and ~/.aws/credentials) and try again",
        Missing,
    ),
    Row(
        r"No valid credential sources|Unable to locate credentials|NoCredentials"
        r"|failed to refresh cached credentials|Error loading SSO Token|SSO session .* does not exist",
        "no AWS credentials were found",
        f"{SIGN_IN};\n{SANDBOX}",
        Missing,
    ),
    Row(
        r"invalid AWS Region: (?P<region>[\w-]+)|Invalid region[^\w]+(?P<named>[\w-]+)|InvalidRegionError"
        r"|region '(?P<quoted>[\w-]+)' doesn't match",
        "this is not an AWS region: {region}{named}{quoted}",
        "correct project.region (such as ap-northeast-1)",
        Missing,
    ),
    Row(
        r"SignatureDoesNotMatch|InvalidSignatureException|Signature expired|RequestTimeTooSkewed",
        "AWS refuses the signature of the request",
        "set this machine's clock, and check that the secret access key belongs to the access key",
        Missing,
    ),
    Row(
        r"InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|AuthFailure|OptInRequired"
        r"|security token .* is invalid",
        "AWS does not know these credentials in this region",
        f"{SIGN_IN};\n"
        "if the region is not switched on for the account: `aws account enable-region`, or correct project.region",
        Missing,
    ),
    Row(
        r"(?:User|Principal|principal): (?P<who>\S+) is not authorized to perform: (?P<action>[\w:*-]+)"
        r"(?: on resource: (?P<resource>[^\s\"]+))?(?P<policy>.{0,80}explicit deny[^.]*)?",
        "{who} may not do {action}",
        "let that role do {action}, or use credentials that may; a service control policy can forbid it as well",
    ),
    Row(
        r"operation error (?P<service>[\w ]+: )(?P<operation>\w+),"
        r".*?(?:AccessDenied|AuthorizationError|UnauthorizedOperation)"
        r"|(?P<call>\w+): (?:AccessDenied|AuthorizationError|UnauthorizedOperation)",
        "the credentials may not do {service}{operation}{call}",
        "let their role do it, or use credentials that may",
    ),
    Row(
        r"api error (?:AccessDenied|Forbidden)|AccessDenied|StatusCode: 403",
        "the credentials are not allowed to do this",
        "use credentials that may; the project's roles are described in terraform/README.md",
    ),
    # Try again
    Row(
        r"Throttling|ThrottledException|Rate exceeded|TooManyRequests|RequestLimitExceeded|SlowDown"
        r"|PriorRequestNotComplete",
        "AWS is being asked too much at once and has throttled this account",
        f"wait a minute, then try again: {AGAIN}",
    ),
    Row(
        r"update is in progress|update .*in progress for resource|currently in the following state: Pending"
        r"|OperationAborted|ConcurrentModification|is in \w+_IN_PROGRESS state",
        "another change of the same resource is still under way",
        f"wait until it is done, then try again: {AGAIN}",
    ),
    # Slack
    Row(
        r"Slack channel with ID (?P<channel>\w+) in Slack team (?P<team>\w+) has already been configured",
        "the Slack channel {channel} has a configuration of Amazon Q Developer in this account already",
        "there can be only one: choose another slack.channel, or delete the other configuration, or leave [slack] out\n"
        "and subscribe that configuration to the project's topic",
    ),
    Row(
        r"Slack (?:team|workspace)\W*(?P<team>T[A-Z0-9]+)?.{0,120}?"
        r"(?:not (?:been )?(?:\w+ )?(?:authori[sz]ed|configured|found)|does not exist|authori[sz]ation)"
        r"|(?:authori[sz]e|onboard).{0,80}Slack (?:team|workspace)",
        "this AWS account may not post to the Slack workspace {team} yet",
        "authorise it once by hand, there is no API for it: AWS console → Amazon Q Developer in chat applications\n"
        "→ Configure new client → Slack; then run the same command again",
    ),
    Row(
        r"stack .{0,120}?\b(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED)\b.*?(?:Slack|[Cc]hatbot)",
        "the Slack channel could not be connected",
        "the usual causes: the workspace is not authorised (AWS console → Amazon Q Developer in chat applications\n"
        "→ Configure new client → Slack), or slack.workspace or slack.channel is wrong",
    ),
    # Images and functions
    Row(
        r"image manifest.*media type.*not supported",
        "Lambda does not take this image: it is an index of several images, or has a format that Lambda does not know",
        "build it with `docker buildx build --provenance=false --sbom=false` for one platform;\n"
        "`lambda-alerts deploy` does",
    ),
    Row(
        r"Source image (?P<image>\S+) (?:is not valid|does not exist)|ImageNotFound|requested image not found",
        "the function's image is not in its repository: {image}",
        "`lambda-alerts deploy` builds and pushes it again; the image may have been deleted by hand",
    ),
    Row(
        r"Invoke: ResourceNotFoundException",
        "AWS has no such function, alias or version",
        "deploy first: `lambda-alerts deploy`; `lambda-alerts status` shows what is there",
    ),
    Row(
        r"Lambda does not have permission to access the ECR image",
        "Lambda may not read the function's image",
        "the repository's policy must let lambda.amazonaws.com read it: `lambda-alerts deploy` puts it back",
    ),
    Row(
        r"decreases account's UnreservedConcurrentExecution",
        "reserved_concurrency leaves too little of the account's concurrency for other functions",
        "lower reserved_concurrency or take it out, or ask for a higher quota of Lambda's concurrent executions",
    ),
    Row(
        r"LimitExceeded|ServiceQuotaExceeded|QuotaExceeded|CodeStorageExceeded"
        r"|exceeded the (?:limit|quota)|Cannot exceed quota",
        "a quota of the AWS account is used up",
        "ask for more in the console (Service Quotas), or remove what is not needed any more",
    ),
    Row(
        r"BucketAlreadyExists",
        "the name of the bucket is taken by somebody else",
        "bucket names are shared by all of AWS: choose another, such as one with your company's name",
        Refused,
    ),
    Row(
        r"AlreadyExists|already exists|Function already exist|ResourceConflictException.*exist|QueueNameExists"
        r"|already exists with different (?:tags|attributes)",
        "a resource of this name is in the account already, and Terraform's state does not know it",
        "if a deploy was interrupted, run it again: it takes over what is its own;\n"
        "otherwise the name belongs to something else: choose another project.name",
        Refused,
    ),
    Row(
        r"RepositoryNotEmpty",
        "the repository still holds images",
        "`lambda-alerts destroy` deletes them with it; by hand: `aws ecr batch-delete-image`",
    ),
    Row(
        r"Instance cannot be destroyed|prevent_destroy",
        "the plan would destroy something that the stack protects (prevent_destroy)",
        "undo the change that asks for it, or take prevent_destroy out of the module if you mean it",
        Refused,
    ),
    # The machine
    Row(
        r"no space left on device|Disk quota exceeded",
        "the disk is full",
        "make room, then run the same command again",
    ),
    Row(
        r"^(?=.*https?://(?:127\.0\.0\.1|localhost)[:/])(?=.*(?:EndpointConnectionError|ConnectionClosed"
        r"|Could not connect to the endpoint|connection refused|connection reset|ReadTimeout))",
        "nothing answers any more at {endpoint}: the sandbox has ended",
        "`lambda-alerts sandbox up` starts an empty one; deploy to it again",
        Missing,
    ),
    Row(
        r"no such host|connection refused|network is unreachable|i/o timeout|TLS handshake timeout"
        r"|EndpointConnectionError|Could not connect to the endpoint"
        r"|ConnectTimeout|ReadTimeout|ProxyConnectionError|SSLError|x509:|verify certificate|CERTIFICATE_VERIFY_FAILED"
        r"|ConnectionClosed|connection reset|request send failed",
        "AWS does not answer: {endpoint}",
        "check network, proxy (HTTPS_PROXY) and project.region; in a sandbox: `lambda-alerts sandbox up`",
        Missing,
    ),
)

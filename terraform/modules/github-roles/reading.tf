locals {
  partition = data.aws_partition.this.partition
  account   = data.aws_caller_identity.this.account_id
  place     = "${data.aws_region.this.id}:${local.account}"

  # Everything of a project has a name that begins with it. Alarms on the channel itself stand in us-east-1, whatever the region.
  resources = {
    repositories = ["arn:${local.partition}:ecr:${local.place}:repository/${var.project}-*"]
    functions    = ["arn:${local.partition}:lambda:${local.place}:function:${var.project}-*"]
    log_groups   = ["arn:${local.partition}:logs:${local.place}:log-group:/aws/lambda/${var.project}-*"]
    roles        = ["arn:${local.partition}:iam::${local.account}:role/${var.project}-*"]
    policies     = ["arn:${local.partition}:iam::${local.account}:policy/${var.project}-*"]
    alarms       = ["arn:${local.partition}:cloudwatch:*:${local.account}:alarm:${var.project}-*"]
    mute_rules   = ["arn:${local.partition}:cloudwatch:${local.place}:alarm-mute-rule:${var.project}-*"]
    schedules    = ["arn:${local.partition}:scheduler:${local.place}:schedule/default/${var.project}-*"]
    dashboards   = ["arn:${local.partition}:cloudwatch::${local.account}:dashboard/${var.project}-*"]
    rules        = ["arn:${local.partition}:events:*:${local.account}:rule/${var.project}-*"]
    topics       = ["arn:${local.partition}:sns:*:${local.account}:${var.project}-*"]
    queues       = ["arn:${local.partition}:sqs:*:${local.account}:${var.project}-*"]
    stacks       = ["arn:${local.partition}:cloudformation:${local.place}:stack/${var.project}-*"]
  }

  reading = [
    {
      Sid    = "ReadRepositories"
      Effect = "Allow"
      Action = [
        "ecr:DescribeImages",
        "ecr:DescribeRepositories",
        "ecr:GetLifecyclePolicy",
        "ecr:GetRepositoryPolicy",
        "ecr:ListTagsForResource",
      ]
      Resource = local.resources.repositories
    },
    {
      Sid    = "ReadFunctions"
      Effect = "Allow"
      Action = [
        "lambda:GetAlias",
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetFunctionConcurrency",
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionEventInvokeConfig",
        "lambda:GetPolicy",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
      ]
      Resource = local.resources.functions
    },
    {
      Sid      = "ReadLogGroups"
      Effect   = "Allow"
      Action   = ["logs:DescribeMetricFilters", "logs:ListTagsForResource"]
      Resource = local.resources.log_groups
    },
    {
      Sid    = "ReadRoles"
      Effect = "Allow"
      Action = [
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
      ]
      Resource = concat(local.resources.roles, local.resources.policies)
    },
    {
      Sid      = "ReadAlarmsAndRules"
      Effect   = "Allow"
      Action   = ["cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource", "events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"]
      Resource = concat(local.resources.alarms, local.resources.dashboards, local.resources.rules)
    },
    {
      Sid    = "ReadTopicsAndQueues"
      Effect = "Allow"
      Action = [
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ListQueueTags",
      ]
      Resource = concat(local.resources.topics, local.resources.queues)
    },
    {
      Sid      = "ReadTheChannelsStack"
      Effect   = "Allow"
      Action   = ["cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks", "cloudformation:GetTemplate"]
      Resource = local.resources.stacks
    },
    {
      # AWS knows no narrower resource for lists, for channels, and for a key whose id nobody knows beforehand.
      Sid    = "ReadWhatHasNoName"
      Effect = "Allow"
      Action = [
        "chatbot:DescribeSlackChannelConfigurations",
        "chatbot:ListTagsForResource",
        "cloudwatch:DescribeAlarms",
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListAliases",
        "kms:ListKeys",
        "kms:ListResourceTags",
        "logs:DescribeLogGroups",
        "sts:GetCallerIdentity",
      ]
      Resource = ["*"]
    },
  ]

  # The state of every workspace: Terraform puts those beside `default` below env:/.
  key       = coalesce(var.state.key, "${var.project}/terraform.tfstate")
  bucket    = "arn:${local.partition}:s3:::${var.state.bucket}"
  state     = ["${local.bucket}/${local.key}", "${local.bucket}/env:/*/${local.key}"]
  lock_file = [for object in local.state : "${object}.tflock"]

  reading_state = [
    {
      Sid      = "ReadTheState"
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = local.state
    },
    {
      Sid      = "FindTheState"
      Effect   = "Allow"
      Action   = ["s3:ListBucket"]
      Resource = [local.bucket]
    },
  ]
}

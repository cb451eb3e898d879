# Generated from policies/test-failure.json by `make docs`.
locals {
  statements = [
    {
      Sid      = "MakeLatestFailAndPutItBack"
      Effect   = "Allow"
      Action   = ["lambda:GetFunctionConfiguration", "lambda:UpdateFunctionConfiguration"]
      Resource = ["arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${var.project}-*"]
    },
    {
      Sid      = "InvokeLatestOnly"
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = ["arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${var.project}-*:$LATEST"]
    },
    {
      Sid      = "SeeWhereEventsGo"
      Effect   = "Allow"
      Action   = ["lambda:GetFunctionEventInvokeConfig"]
      Resource = ["arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${var.project}-*"]
    },
    {
      Sid      = "SeeCountsAndAlarms"
      Effect   = "Allow"
      Action   = ["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"]
      Resource = ["*"]
    },
    {
      Sid      = "ReadTheLogs"
      Effect   = "Allow"
      Action   = ["logs:DescribeMetricFilters", "logs:FilterLogEvents"]
      Resource = ["arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:/aws/lambda/${var.project}-*", "arn:${local.partition}:logs:us-east-1:${local.account_id}:log-group:/aws/chatbot/${var.project}-*"]
    },
    {
      Sid      = "SeeTheRules"
      Effect   = "Allow"
      Action   = ["events:DescribeRule", "events:ListTargetsByRule"]
      Resource = ["arn:${local.partition}:events:${local.region}:${local.account_id}:rule/${var.project}-*"]
    },
    {
      Sid      = "SeeWhatWasUndeliverable"
      Effect   = "Allow"
      Action   = ["sqs:GetQueueUrl", "sqs:ReceiveMessage"]
      Resource = ["arn:${local.partition}:sqs:${local.region}:${local.account_id}:${var.project}-*"]
    },
    {
      Sid      = "SeeTheTopics"
      Effect   = "Allow"
      Action   = ["sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic"]
      Resource = ["arn:${local.partition}:sns:${local.region}:${local.account_id}:${var.project}-*"]
    },
    {
      Sid      = "SeeTheChannel"
      Effect   = "Allow"
      Action   = ["chatbot:DescribeSlackChannelConfigurations"]
      Resource = ["*"]
    },
    {
      Sid      = "ExplainWhatARoleLacks"
      Effect   = "Allow"
      Action   = ["iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"]
      Resource = ["arn:${local.partition}:iam::${local.account_id}:role/${var.project}-*"]
    },
    {
      Sid      = "ReadAttachedPolicies"
      Effect   = "Allow"
      Action   = ["iam:GetPolicy", "iam:GetPolicyVersion"]
      Resource = ["arn:${local.partition}:iam::${local.account_id}:policy/*", "arn:${local.partition}:iam::aws:policy/*"]
    },
    {
      Sid       = "ExplainWhatAKeyRefuses"
      Effect    = "Allow"
      Action    = ["kms:GetKeyPolicy"]
      Resource  = ["arn:${local.partition}:kms:${local.region}:${local.account_id}:key/*"]
      Condition = { StringEquals = { "aws:ResourceTag/lambda-alerts:project" = "${var.project}" } }
    },
  ]
}

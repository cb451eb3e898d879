data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  log_groups = [
    for name in var.readable_log_groups :
    "arn:${data.aws_partition.this.partition}:logs:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:log-group:${name}"
  ]
}

# The dot keeps the name apart from every function's role: no function's name has one.
resource "aws_iam_role" "this" {
  name        = "${var.name}.channel"
  description = "What Amazon Q Developer may do for people in the Slack channel ${var.channel}."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "chatbot.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# Role and guardrail are one policy: what a channel may do is their intersection.
resource "aws_iam_policy" "this" {
  name        = "${var.name}.channel"
  description = "Read alarms and metrics, and the logs that belong to them; change nothing."

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "ReadAlarmsAndMetrics"
        Effect   = "Allow"
        Action   = ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"]
        Resource = "*"
      },
      {
        Sid    = "ReadTheseLogs"
        Effect = "Allow"
        Action = [
          "logs:DescribeLogStreams",
          "logs:FilterLogEvents",
          "logs:GetLogEvents",
          "logs:GetLogGroupFields",
          "logs:StartQuery",
        ]
        Resource = concat(local.log_groups, [for arn in local.log_groups : "${arn}:*"])
      },
      {
        # AWS knows no narrower resource for these; a query's results need its id, which only StartQuery gives.
        Sid      = "FindLogsAndFetchResults"
        Effect   = "Allow"
        Action   = ["logs:DescribeLogGroups", "logs:DescribeQueries", "logs:GetQueryResults", "logs:StopQuery"]
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.this.arn
}

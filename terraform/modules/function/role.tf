resource "aws_iam_role" "this" {
  name        = var.name
  description = "What the Lambda function ${var.name} may do."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

# Instead of AWSLambdaBasicExecutionRole, which may write to every log group of the account and create new ones:
# with that, a late log line would bring the log group back after a destroy, without retention.
resource "aws_iam_role_policy" "this" {
  name = "logs-and-failure-events"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "WriteOwnLogs"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.this.arn}:*"
      },
      {
        Sid      = "ReportExhaustedEvents"
        Effect   = "Allow"
        Action   = "events:PutEvents"
        Resource = local.default_event_bus
      },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = var.policies

  role       = aws_iam_role.this.name
  policy_arn = each.value
}

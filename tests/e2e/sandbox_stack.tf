# What no module of ours uses, and users of the sandbox may: a composite alarm, the provider's own Chatbot resource,
# a custom action that is attached to a channel.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "image" { type = string }
variable "retries" { type = number }
resource "aws_sns_topic" "this" { name = "alerts" }
resource "aws_iam_role" "this" {
  name = "reader"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["chatbot.amazonaws.com", "lambda.amazonaws.com"] }
    }]
  })
}
resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = var.retries + 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "ignore" # there is none: the alarm stays in the state in which a test puts it
  alarm_actions       = [aws_sns_topic.this.arn]
}
resource "aws_cloudwatch_metric_alarm" "rate" {
  alarm_name          = "rate"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  treat_missing_data  = "ignore"
  metric_query {
    id          = "rate"
    expression  = "IF(calls >= 20, 100 * errors / calls, 0)"
    label       = "Error rate"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { errors = "Errors", calls = "Invocations" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/Lambda"
        metric_name = metric_query.value
        period      = 60
        stat        = "Sum"
        dimensions  = { FunctionName = "orders" }
      }
    }
  }
}
resource "aws_cloudwatch_metric_alarm" "duration" {
  alarm_name                            = "duration"
  namespace                             = "AWS/Lambda"
  metric_name                           = "Duration"
  extended_statistic                    = "p95"
  evaluate_low_sample_count_percentiles = "ignore"
  period                                = 60
  evaluation_periods                    = 1
  threshold                             = 2400
  comparison_operator                   = "GreaterThanThreshold"
  treat_missing_data                    = "ignore"
  tags                                  = { team = "orders" }
}
resource "aws_cloudwatch_composite_alarm" "any" {
  alarm_name    = "any"
  alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.errors.alarm_name})"
  alarm_actions = [aws_sns_topic.this.arn]
}
resource "aws_chatbot_slack_channel_configuration" "this" {
  configuration_name    = "direct"
  iam_role_arn          = aws_iam_role.this.arn
  slack_team_id         = "T0ABCDEF"
  slack_channel_id      = "C0DIRECT"
  sns_topic_arns        = [aws_sns_topic.this.arn]
  guardrail_policy_arns = ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]
}
resource "aws_cloudformation_stack" "this" {
  name = "channel"
  template_body = jsonencode({
    Resources = {
      Retry = {
        Type = "AWS::Chatbot::CustomAction"
        Properties = {
          ActionName = "retry"
          AliasName  = "retry"
          Definition = { CommandText = "lambda invoke --payload ${var.retries}" }
        }
      }
      Channel = {
        Type = "AWS::Chatbot::SlackChannelConfiguration"
        Properties = {
          ConfigurationName         = "stacked"
          SlackWorkspaceId          = "T0ABCDEF"
          SlackChannelId            = "C0STACKED"
          IamRoleArn                = aws_iam_role.this.arn
          SnsTopicArns              = [aws_sns_topic.this.arn]
          CustomizationResourceArns = [{ Ref = "Retry" }]
        }
      }
    }
    Outputs = { Channel = { Value = { Ref = "Channel" } } }
  })
}
resource "aws_lambda_function" "this" {
  function_name = "orders"
  role          = aws_iam_role.this.arn
  package_type  = "Image"
  image_uri     = var.image
  architectures = ["arm64"]
  publish       = true
  environment { variables = { RETRIES = var.retries } }
}
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}
resource "aws_lambda_function_event_invoke_config" "this" {
  for_each               = { live = aws_lambda_alias.live.name, latest = "$LATEST" }
  function_name          = aws_lambda_function.this.function_name
  qualifier              = each.value
  maximum_retry_attempts = each.key == "live" ? var.retries : 0
}
output "version" { value = aws_lambda_function.this.version }

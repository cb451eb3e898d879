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
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
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

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  partition  = data.aws_partition.this.partition
  account_id = data.aws_caller_identity.this.account_id
}

resource "aws_sns_topic" "this" {
  name              = var.name
  kms_master_key_id = one(aws_kms_key.this[*].arn)
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.this.arn
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${data.aws_region.this.id}:${local.account_id}:alarm:*" }
        }
      },
      {
        # EventBridge does not support conditions here: with one, its messages are lost without a trace.
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
        Sid       = "Events"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = aws_sns_topic.this.arn
      },
    ]
  })
}

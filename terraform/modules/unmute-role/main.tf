data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  partition = data.aws_partition.this.partition
  place     = "${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}"
}

# The dot keeps the name apart from every function's role: no function's name has one.
resource "aws_iam_role" "this" {
  name        = "${var.project}-alerts.unmute"
  description = "Enables the alarms of ${var.project} again when a mute is over, where CloudWatch has no mute rules."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.this.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "unmute"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "cloudwatch:EnableAlarmActions"
      Resource = "arn:${local.partition}:cloudwatch:${local.place}:alarm:${var.project}-*"
    }]
  })
}

# A key of one's own, never alias/aws/sns: that one's policy cannot be changed, CloudWatch may not use it, and every alarm is lost silently.
resource "aws_kms_key" "this" {
  count = var.customer_managed_key ? 1 : 0

  description         = "Encrypts messages on the topic ${var.name}."
  enable_key_rotation = true

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AdministeredByIamOfThisAccount"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        # No conditions: EventBridge sends none, and a publisher that may not use the key loses its messages without an error.
        Sid       = "PublishersMayEncrypt"
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
      },
    ]
  })

  lifecycle {
    # When the key is given up, Terraform would destroy it before it takes it off the topic: whatever is published then is lost.
    create_before_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  count = var.customer_managed_key ? 1 : 0

  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.this[0].key_id
}

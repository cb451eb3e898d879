data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  # What a version consists of.
  version = {
    image        = var.image_uri
    architecture = var.architecture
    handler      = var.handler
    timeout      = var.timeout
    memory       = var.memory
    environment  = var.environment
  }

  default_event_bus = "arn:${data.aws_partition.this.partition}:events:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:event-bus/default"
}

# Made before the function: Lambda would create it at the first invocation, without retention and outside Terraform.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
}

# An apply changes $LATEST first and publishes it afterwards. When it dies in between, $LATEST is as configured, the next plan finds
# nothing to do, and the alias serves the old version for ever. The hash is not AWS's but noted in the state, and only once the
# version is published: while it differs, Terraform publishes. AWS makes no second version of the same.
resource "aws_lambda_function" "this" {
  function_name                  = var.name
  role                           = aws_iam_role.this.arn
  package_type                   = "Image"
  image_uri                      = var.image_uri
  architectures                  = [var.architecture]
  timeout                        = var.timeout
  memory_size                    = var.memory
  publish                        = true
  source_code_hash               = base64sha256(jsonencode(local.version))
  reserved_concurrent_executions = var.reserved_concurrency == null ? -1 : var.reserved_concurrency # -1 is AWS's "not reserved"

  dynamic "image_config" {
    for_each = var.handler == null ? [] : [var.handler]
    content {
      command = [image_config.value]
    }
  }

  dynamic "environment" {
    for_each = length(var.environment) == 0 ? [] : [var.environment]
    content {
      variables = environment.value
    }
  }

  depends_on = [
    aws_cloudwatch_log_group.this,
    aws_iam_role_policy.this,
    aws_iam_role_policy_attachment.this,
  ]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What callers use: moves to each new version, and back for a rollback."
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

# Lambda keeps these settings for each qualifier apart: an event sent to the alias does not follow those of $LATEST, nor the reverse.
resource "aws_lambda_function_event_invoke_config" "this" {
  for_each = { latest = "$LATEST", live = aws_lambda_alias.live.name }

  function_name                = aws_lambda_function.this.function_name
  qualifier                    = each.value
  maximum_retry_attempts       = var.async_retries
  maximum_event_age_in_seconds = var.async_max_age

  destination_config {
    on_failure {
      destination = local.default_event_bus
    }
  }
}

output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "ARN of the function without a qualifier."
  value       = aws_lambda_function.this.arn
}

output "alias" {
  description = "Name of the alias that callers use."
  value       = aws_lambda_alias.live.name
}

output "alias_arn" {
  description = "ARN of the alias: what callers invoke."
  value       = aws_lambda_alias.live.arn
}

output "version" {
  description = "The version that the alias points to."
  value       = aws_lambda_alias.live.function_version
}

output "image_uri" {
  description = "The image that runs."
  value       = aws_lambda_function.this.image_uri
}

output "timeout" {
  description = "The timeout in seconds, for alarms that follow it."
  value       = aws_lambda_function.this.timeout
}

output "log_group" {
  description = "Name of the log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "role_name" {
  description = "Name of the execution role, to attach more policies to."
  value       = aws_iam_role.this.name
}

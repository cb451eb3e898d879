output "configuration_name" {
  description = "Name of the channel configuration: the dimension ConfigurationName of its metrics in AWS/Chatbot, us-east-1."
  value       = aws_cloudformation_stack.this.name
}

output "arn" {
  description = "ARN of the channel configuration."
  value       = aws_cloudformation_stack.this.outputs["ChannelArn"]
}

output "guardrail_policy_arn" {
  description = "ARN of the policy that bounds what the channel may do."
  value       = aws_iam_policy.this.arn
}

output "arn" {
  description = "ARN of the topic: what alarms and rules send to, and channels subscribe to."
  value       = aws_sns_topic.this.arn
  depends_on  = [aws_sns_topic_policy.this] # whoever sends before the policy stands is not heard
}

output "key_arn" {
  description = "ARN of the customer-managed key, or null."
  value       = one(aws_kms_key.this[*].arn)
}

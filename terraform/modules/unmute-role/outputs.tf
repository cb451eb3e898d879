output "arn" {
  description = "ARN of the role."
  value       = aws_iam_role.this.arn

  depends_on = [aws_iam_role_policy.this] # a role that may not enable anything yet is of no use
}

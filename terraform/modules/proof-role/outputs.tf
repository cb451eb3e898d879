output "role_arn" {
  description = "ARN of the role: AWS_PROOF_ROLE of the workflow."
  value       = aws_iam_role.this.arn
}

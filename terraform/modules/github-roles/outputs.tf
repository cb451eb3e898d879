output "plan_role_arn" {
  description = "ARN of the role for plans: the variable AWS_PLAN_ROLE of the repository."
  value       = aws_iam_role.this["plan"].arn
}

output "deploy_role_arn" {
  description = "ARN of the role for deploys: the variable AWS_DEPLOY_ROLE of the repository."
  value       = aws_iam_role.this["deploy"].arn
}

output "oidc_provider_arn" {
  description = "ARN of the provider, for the next repository of the same account."
  value       = local.provider
}

output "policies" {
  description = "What each role may do, as JSON."
  value       = local.policies
}

output "subjects" {
  description = "Which jobs may take each role."
  value       = local.subjects
}

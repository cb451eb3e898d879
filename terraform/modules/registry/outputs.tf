output "repository_url" {
  description = "Where to push; with \"@sha256:…\" behind it, the image URI of a function."
  value       = aws_ecr_repository.this.repository_url
  depends_on  = [aws_ecr_repository_policy.this] # a function made earlier would make Lambda write a policy of its own
}

output "arn" {
  description = "ARN of the repository."
  value       = aws_ecr_repository.this.arn
}

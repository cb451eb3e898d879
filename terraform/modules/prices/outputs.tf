output "usd" {
  description = "What CloudWatch asks for in us-east-1, in dollars a month: for an alarm's metric, an alarm over alarms, a dashboard; and how many of them an account has for nothing."
  value       = jsondecode(file("${path.module}/prices.json"))
}

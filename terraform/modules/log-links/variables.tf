variable "region" {
  description = "Region of the log group."
  type        = string
  nullable    = false
}

variable "log_group" {
  description = "Name of the log group."
  type        = string
  nullable    = false
}

variable "filters" {
  description = "What to show, name => filter pattern of CloudWatch Logs."
  type        = map(string)
  nullable    = false
}

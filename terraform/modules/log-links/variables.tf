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

variable "hours" {
  description = "How far back the filters show lines, seen from whoever clicks. Null: all that are kept."
  type        = number
  default     = null
}

variable "queries" {
  description = "What to ask Logs Insights, name => query. What is scanned is paid for."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "days" {
  description = "How far back the queries look, seen from whoever clicks."
  type        = number
  default     = 7
  nullable    = false
}

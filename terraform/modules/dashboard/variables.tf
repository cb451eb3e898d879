variable "function_name" {
  description = "Name of the function, and of the dashboard."
  type        = string
  nullable    = false
}

variable "log_group" {
  description = "Name of the function's log group."
  type        = string
  nullable    = false
}

variable "timeout" {
  description = "The function's timeout in seconds: a line in the graph of durations."
  type        = number
  nullable    = false
}

variable "alarm_arns" {
  description = "ARNs of the alarms whose states are shown."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "lines" {
  description = "Limits that alarms watch, as the module [alarms](../alarms) knows them: each is a line in the graph of its metric."
  type = list(object({
    metric   = string
    value    = number
    label    = string
    severity = string
  }))
  default  = []
  nullable = false
}

variable "language" {
  description = "Language of titles: en or ja."
  type        = string
  default     = "en"
  nullable    = false
}

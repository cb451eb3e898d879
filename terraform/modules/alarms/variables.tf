variable "function_name" {
  description = "Name of the function to watch; the alarms' names begin with it."
  type        = string
  nullable    = false
}

variable "log_group" {
  description = "Name of the function's log group."
  type        = string
  nullable    = false
}

variable "timeout" {
  description = "The function's timeout in seconds: windows and the threshold of duration follow it."
  type        = number
  nullable    = false
}

variable "topic_arn" {
  description = "ARN of the topic that alarms and recoveries are sent to."
  type        = string
  nullable    = false
}

variable "invoked" {
  description = "How the function is called: sync, async or both. Null: both."
  type        = set(string)
  default     = null
}

variable "alarms" {
  description = "Thresholds, and enabled = false to switch an alarm off. What is left out, the [catalogue](catalogue) decides."
  type = object({
    errors = optional(object({
      enabled = optional(bool)
      above   = optional(number)
    }))
    error_rate = optional(object({
      enabled              = optional(bool)
      above_percent        = optional(number)
      at_least_invocations = optional(number)
    }))
    throttles = optional(object({
      enabled = optional(bool)
      above   = optional(number)
    }))
    duration = optional(object({
      enabled                      = optional(bool)
      p95_above_percent_of_timeout = optional(number)
    }))
    marker = optional(object({
      enabled = optional(bool)
      term    = optional(string)
    }))
  })
  default = null
}

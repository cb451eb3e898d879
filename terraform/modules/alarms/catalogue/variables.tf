variable "function_name" {
  description = "Name of the function that is watched; the alarms' names begin with it."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of the function, for links to the console."
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

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900
    error_message = "${var.function_name}: timeout is from 1 to 900 seconds, not ${var.timeout}."
  }
}

variable "invoked" {
  description = "How the function is called: sync, async or both. One that is only called asynchronously is not reported at each attempt, but when Lambda gives up on the event."
  type        = set(string)
  default     = ["sync", "async"]
  nullable    = false

  validation {
    condition     = length(var.invoked) > 0 && length(setsubtract(var.invoked, ["sync", "async"])) == 0
    error_message = "${var.function_name}: invoked is sync, async or both, not [${join(", ", var.invoked)}]."
  }
}

variable "alarms" {
  description = "Thresholds. Left out, a threshold has the default that stands here; enabled left out, the catalogue decides from how the function is invoked."
  type = object({
    errors = optional(object({
      enabled = optional(bool)
      above   = optional(number, 0)
    }), {})
    error_rate = optional(object({
      enabled              = optional(bool)
      above_percent        = optional(number, 5)
      at_least_invocations = optional(number, 20)
    }), {})
    throttles = optional(object({
      enabled = optional(bool)
      above   = optional(number, 0)
    }), {})
    duration = optional(object({
      enabled                      = optional(bool)
      p95_above_percent_of_timeout = optional(number, 80)
    }), {})
    marker = optional(object({
      enabled = optional(bool)
      term    = optional(string, "LAMBDA_ALERT")
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.alarms.errors.above >= 0
    error_message = "${var.function_name}: alarms.errors.above is a count of at least 0, not ${var.alarms.errors.above}."
  }

  validation {
    condition     = var.alarms.error_rate.above_percent > 0 && var.alarms.error_rate.above_percent < 100
    error_message = "${var.function_name}: alarms.error_rate.above_percent lies between 0 and 100, both excluded, not ${var.alarms.error_rate.above_percent}: at 100 the alarm could never fire."
  }

  validation {
    condition     = var.alarms.error_rate.at_least_invocations >= 1
    error_message = "${var.function_name}: alarms.error_rate.at_least_invocations is at least 1, not ${var.alarms.error_rate.at_least_invocations}."
  }

  validation {
    condition     = var.alarms.throttles.above >= 0
    error_message = "${var.function_name}: alarms.throttles.above is a count of at least 0, not ${var.alarms.throttles.above}."
  }

  validation {
    condition     = var.alarms.duration.p95_above_percent_of_timeout > 0 && var.alarms.duration.p95_above_percent_of_timeout < 100
    error_message = "${var.function_name}: alarms.duration.p95_above_percent_of_timeout lies between 0 and 100, both excluded, not ${var.alarms.duration.p95_above_percent_of_timeout}: no invocation lasts longer than the timeout, so at 100 the alarm could never fire."
  }

  validation {
    condition     = can(regex("^[^\"\\\\\\s]([^\"\\\\\\r\\n]*[^\"\\\\\\s])?$", var.alarms.marker.term))
    error_message = "${var.function_name}: alarms.marker.term is a piece of one log line, not empty, without quotes, backslashes and line breaks and without blanks at its ends: \"${var.alarms.marker.term}\" could never be found."
  }
}

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

variable "memory" {
  description = "The function's memory in MB."
  type        = number
  default     = 512
  nullable    = false
}

variable "async_max_age" {
  description = "Seconds after which Lambda drops an asynchronous event."
  type        = number
  default     = 21600
  nullable    = false
}

variable "reserved_concurrency" {
  description = "Invocations that may run at a time. Null: as many as the account may."
  type        = number
  default     = null
}

variable "failure_rules" {
  description = "Names of the EventBridge rules that report exhausted events, to watch them as well: at most ten, the metrics that an alarm takes."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(var.failure_rules) <= 10
    error_message = "${var.function_name}: an alarm takes ten metrics, failure_rules has ${length(var.failure_rules)}."
  }
}

variable "since" {
  description = "Since when the function is watched, in UTC: a run that is missed is one after that. RFC 3339, as plantimestamp() gives it."
  type        = string
  default     = "1970-01-01T00:00:00Z"
  nullable    = false

  validation {
    condition     = can(formatdate("YYYY", var.since)) && endswith(var.since, "Z")
    error_message = "${var.function_name}: since is a time in UTC, as in 2026-01-31T12:00:00Z, not ${var.since}."
  }
}

variable "running" {
  description = "What runs, for messages: alias, version and digest of the image."
  type = object({
    alias   = string
    version = string
    image   = string
  })
  default = null
}

variable "dashboard" {
  description = "Whether the function has a dashboard (module dashboard), to link to."
  type        = bool
  default     = false
  nullable    = false
}

variable "language" {
  description = "Language of descriptions: en or ja."
  type        = string
  default     = "en"
  nullable    = false

  validation {
    condition     = contains(["en", "ja"], var.language)
    error_message = "${var.function_name}: language is en or ja, not ${var.language}."
  }
}

variable "runbook" {
  description = "Address of what to do when the function fails, for every alarm that has none of its own."
  type        = string
  default     = null

  validation {
    condition     = var.runbook == null || can(regex("^https://\\S{1,192}$", var.runbook))
    error_message = "${var.function_name}: runbook is an address, https://…, of at most 200 characters."
  }
}

variable "invoked" {
  description = "How the function is called: sync, async, stream, schedule, or several. One that is only called asynchronously is not reported at each attempt, but when Lambda gives up on the event."
  type        = set(string)
  default     = ["sync", "async"]
  nullable    = false

  validation {
    condition     = length(var.invoked) > 0 && length(setsubtract(var.invoked, ["sync", "async", "stream", "schedule"])) == 0
    error_message = "${var.function_name}: invoked is sync, async, stream, schedule, or several of them, not [${join(", ", var.invoked)}]."
  }
}

variable "alarms" {
  description = "Thresholds, severities and runbooks. Left out, a threshold has the default that stands here; enabled left out, the catalogue decides from how the function is invoked. grouped = false: every alarm speaks for itself."
  type = object({
    grouped = optional(bool, true)
    errors = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number, 0)
    }), {})
    error_rate = optional(object({
      enabled              = optional(bool)
      severity             = optional(string)
      runbook              = optional(string)
      above_percent        = optional(number, 5)
      at_least_invocations = optional(number, 20)
    }), {})
    throttles = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number, 0)
    }), {})
    marker = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      term     = optional(string, "LAMBDA_ALERT")
    }), {})
    async_dropped = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number, 0)
    }), {})
    destination_failures = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number, 0)
    }), {})
    undelivered = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number, 0)
    }), {})
    dead_letters = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      queue    = optional(string)
      above    = optional(number, 0)
    }), {})
    not_running = optional(object({
      enabled       = optional(bool)
      severity      = optional(string)
      runbook       = optional(string)
      every_minutes = optional(number)
    }), {})
    duration = optional(object({
      enabled                      = optional(bool)
      severity                     = optional(string)
      runbook                      = optional(string)
      p95_above_percent_of_timeout = optional(number, 80)
    }), {})
    near_timeout = optional(object({
      enabled                  = optional(bool)
      severity                 = optional(string)
      runbook                  = optional(string)
      above_percent_of_timeout = optional(number, 90)
    }), {})
    near_memory = optional(object({
      enabled                 = optional(bool)
      severity                = optional(string)
      runbook                 = optional(string)
      above_percent_of_memory = optional(number, 90)
    }), {})
    async_age = optional(object({
      enabled                  = optional(bool)
      severity                 = optional(string)
      runbook                  = optional(string)
      above_percent_of_max_age = optional(number, 50)
    }), {})
    iterator_age = optional(object({
      enabled       = optional(bool)
      severity      = optional(string)
      runbook       = optional(string)
      above_seconds = optional(number, 600)
    }), {})
    concurrency = optional(object({
      enabled                   = optional(bool)
      severity                  = optional(string)
      runbook                   = optional(string)
      above_percent_of_reserved = optional(number, 80)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for key in ["errors", "throttles", "async_dropped", "destination_failures", "undelivered", "dead_letters"] : var.alarms[key].above >= 0])
    error_message = "${var.function_name}: above is a count of at least 0; it is not in ${join(", ", [for key in ["errors", "throttles", "async_dropped", "destination_failures", "undelivered", "dead_letters"] : "alarms.${key}.above = ${var.alarms[key].above}" if var.alarms[key].above < 0])}."
  }

  validation {
    condition     = alltrue([for key, row in var.alarms : try(contains(["page", "warn"], coalesce(row.severity, "page")), true)])
    error_message = "${var.function_name}: a severity is page or warn; it is not in ${join(", ", [for key, row in var.alarms : "alarms.${key}.severity" if !try(contains(["page", "warn"], coalesce(row.severity, "page")), true)])}."
  }

  validation {
    condition     = alltrue([for key, row in var.alarms : try(row.runbook == null || can(regex("^https://\\S{1,192}$", row.runbook)), true)])
    error_message = "${var.function_name}: a runbook is an address, https://…, of at most 200 characters; it is not in ${join(", ", [for key, row in var.alarms : "alarms.${key}.runbook" if !try(row.runbook == null || can(regex("^https://\\S{1,192}$", row.runbook)), true)])}."
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
    condition     = var.alarms.duration.p95_above_percent_of_timeout > 0 && var.alarms.duration.p95_above_percent_of_timeout < 100
    error_message = "${var.function_name}: alarms.duration.p95_above_percent_of_timeout lies between 0 and 100, both excluded, not ${var.alarms.duration.p95_above_percent_of_timeout}: no invocation lasts longer than the timeout, so at 100 the alarm could never fire."
  }

  validation {
    condition     = var.alarms.near_timeout.above_percent_of_timeout > 0 && var.alarms.near_timeout.above_percent_of_timeout < 100
    error_message = "${var.function_name}: alarms.near_timeout.above_percent_of_timeout lies between 0 and 100, both excluded, not ${var.alarms.near_timeout.above_percent_of_timeout}: no invocation lasts longer than the timeout, so at 100 the alarm could never fire."
  }

  validation {
    condition     = var.alarms.near_memory.above_percent_of_memory > 0 && var.alarms.near_memory.above_percent_of_memory < 100
    error_message = "${var.function_name}: alarms.near_memory.above_percent_of_memory lies between 0 and 100, both excluded, not ${var.alarms.near_memory.above_percent_of_memory}: no invocation gets more memory than it has, so at 100 the alarm could never fire."
  }

  validation {
    condition     = var.alarms.async_age.above_percent_of_max_age > 0 && var.alarms.async_age.above_percent_of_max_age < 100
    error_message = "${var.function_name}: alarms.async_age.above_percent_of_max_age lies between 0 and 100, both excluded, not ${var.alarms.async_age.above_percent_of_max_age}: Lambda drops an older event, so at 100 the alarm could never fire."
  }

  validation {
    condition     = var.alarms.iterator_age.above_seconds >= 1 && var.alarms.iterator_age.above_seconds < 31536000
    error_message = "${var.function_name}: alarms.iterator_age.above_seconds is at least 1 and less than the year that a stream keeps a record at most, not ${var.alarms.iterator_age.above_seconds}."
  }

  validation {
    condition     = var.alarms.concurrency.above_percent_of_reserved > 0 && var.alarms.concurrency.above_percent_of_reserved < 100
    error_message = "${var.function_name}: alarms.concurrency.above_percent_of_reserved lies between 0 and 100, both excluded, not ${var.alarms.concurrency.above_percent_of_reserved}: no more than all can run, so at 100 the alarm could never fire."
  }

  validation {
    condition     = var.alarms.concurrency.enabled != true || var.reserved_concurrency != null
    error_message = "${var.function_name}: alarms.concurrency needs reserved_concurrency: without it the function has no limit of its own, and the alarm could never fire. Throttles of the account's limit have their own alarm."
  }

  validation {
    condition     = var.alarms.dead_letters.enabled != true || var.alarms.dead_letters.queue != null
    error_message = "${var.function_name}: alarms.dead_letters needs queue, the name of the dead-letter queue."
  }

  validation {
    condition     = !coalesce(var.alarms.not_running.enabled, contains(var.invoked, "schedule")) || try(var.alarms.not_running.every_minutes >= 1 && var.alarms.not_running.every_minutes <= 8640, false)
    error_message = "${var.function_name}: alarms.not_running needs every_minutes, how often the function runs at least: 1 to 8640 (six days; CloudWatch looks back a week at most)."
  }

  validation {
    condition     = can(regex("^[^\"\\\\\\s]([^\"\\\\\\r\\n]*[^\"\\\\\\s])?$", var.alarms.marker.term))
    error_message = "${var.function_name}: alarms.marker.term is a piece of one log line, not empty, without quotes, backslashes and line breaks and without blanks at its ends: \"${var.alarms.marker.term}\" could never be found."
  }
}

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

variable "memory" {
  description = "The function's memory in MB. Null: the catalogue's default."
  type        = number
  default     = null
}

variable "async_max_age" {
  description = "Seconds after which Lambda drops an asynchronous event. Null: the catalogue's default."
  type        = number
  default     = null
}

variable "reserved_concurrency" {
  description = "Invocations that may run at a time. Null: as many as the account may."
  type        = number
  default     = null
}

variable "topic_arn" {
  description = "ARN of the topic that failures and recoveries are sent to."
  type        = string
  nullable    = false
}

variable "topic_arns" {
  description = "ARNs of other topics, by severity: page, warn, or both. What is left out goes to topic_arn."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.topic_arns), ["page", "warn"])) == 0
    error_message = "topic_arns has a topic for page, for warn, or for both, not for ${join(", ", setsubtract(keys(var.topic_arns), ["page", "warn"]))}."
  }
}

variable "undelivered_queue_arn" {
  description = "ARN of the queue that keeps recoveries which could not be sent to the topic. Null: they are dropped."
  type        = string
  default     = null
}

variable "failure_rules" {
  description = "Names of the EventBridge rules that report exhausted events, to watch them as well."
  type        = set(string)
  default     = []
  nullable    = false
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

variable "thread" {
  description = "The thread that messages of alarms which are over share. Null: one for each time that an alarm was on."
  type        = string
  default     = null
}

variable "language" {
  description = "Language of messages: en or ja. Null: en."
  type        = string
  default     = null
}

variable "runbook" {
  description = "Address of what to do when the function fails, for every alarm that has none of its own."
  type        = string
  default     = null
}

variable "invoked" {
  description = "How the function is called: sync, async, stream, schedule, or several. Null: sync and async."
  type        = set(string)
  default     = null
}

variable "alarms" {
  description = "Thresholds, severities and runbooks, and enabled = false to switch an alarm off. What is left out, the [catalogue](catalogue) decides."
  type = object({
    grouped = optional(bool)
    errors = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number)
    }))
    error_rate = optional(object({
      enabled              = optional(bool)
      severity             = optional(string)
      runbook              = optional(string)
      above_percent        = optional(number)
      at_least_invocations = optional(number)
    }))
    throttles = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number)
    }))
    marker = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      term     = optional(string)
    }))
    async_dropped = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number)
    }))
    destination_failures = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number)
    }))
    undelivered = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      above    = optional(number)
    }))
    dead_letters = optional(object({
      enabled  = optional(bool)
      severity = optional(string)
      runbook  = optional(string)
      queue    = optional(string)
      above    = optional(number)
    }))
    not_running = optional(object({
      enabled       = optional(bool)
      severity      = optional(string)
      runbook       = optional(string)
      every_minutes = optional(number)
    }))
    duration = optional(object({
      enabled                      = optional(bool)
      severity                     = optional(string)
      runbook                      = optional(string)
      p95_above_percent_of_timeout = optional(number)
    }))
    near_timeout = optional(object({
      enabled                  = optional(bool)
      severity                 = optional(string)
      runbook                  = optional(string)
      above_percent_of_timeout = optional(number)
    }))
    near_memory = optional(object({
      enabled                 = optional(bool)
      severity                = optional(string)
      runbook                 = optional(string)
      above_percent_of_memory = optional(number)
    }))
    async_age = optional(object({
      enabled                  = optional(bool)
      severity                 = optional(string)
      runbook                  = optional(string)
      above_percent_of_max_age = optional(number)
    }))
    iterator_age = optional(object({
      enabled       = optional(bool)
      severity      = optional(string)
      runbook       = optional(string)
      above_seconds = optional(number)
    }))
    concurrency = optional(object({
      enabled                   = optional(bool)
      severity                  = optional(string)
      runbook                   = optional(string)
      above_percent_of_reserved = optional(number)
    }))
  })
  default = null
}

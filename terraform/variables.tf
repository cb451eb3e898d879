variable "project" {
  description = "Name of the project: the prefix of every AWS name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", var.project)) && length(var.project) <= 30
    error_message = "A project's name has at most 30 lower-case letters and digits, begins with a letter, and may have single '-' in between: \"${var.project}\" does not."
  }
}

variable "region" {
  description = "AWS region of everything here."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region looks like ap-northeast-1: \"${var.region}\" does not."
  }
}

variable "tags" {
  description = "Tags of every resource, beside lambda-alerts:project."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "slack" {
  description = "The Slack channel that shows alerts, and other channels for alerts of one severity, page or warn. threads: what shares a thread, an event or a release of a function. Null: alerts reach the topic only."
  type = object({
    workspace = string
    channel   = string
    channels  = optional(map(string), {})
    threads   = optional(string, "event")
  })
  default = null

  validation {
    condition     = var.slack == null ? true : length(setsubtract(keys(var.slack.channels), ["page", "warn"])) == 0
    error_message = "slack.channels has a channel for page, for warn, or for both, not for ${var.slack == null ? "" : join(", ", setsubtract(keys(var.slack.channels), ["page", "warn"]))}."
  }

  validation {
    condition     = var.slack == null ? true : contains(["event", "release"], var.slack.threads)
    error_message = "slack.threads is event or release, not ${var.slack == null ? "" : var.slack.threads}."
  }
}

variable "language" {
  description = "Language of messages: en or ja."
  type        = string
  default     = "en"
  nullable    = false

  validation {
    condition     = contains(["en", "ja"], var.language)
    error_message = "language is en or ja, not ${var.language}."
  }
}

variable "topic" {
  description = "customer_managed_key: encrypt the topic with a key of your own."
  type = object({
    customer_managed_key = optional(bool)
  })
  default  = {}
  nullable = false
}

variable "functions" {
  description = "The functions, by name. What is left out has the default of the modules [function](modules/function) and [alarms](modules/alarms/catalogue)."
  type = map(object({
    handler              = optional(string)
    architecture         = optional(string)
    timeout              = optional(number)
    memory               = optional(number)
    environment          = optional(map(string))
    invoked              = optional(set(string))
    log_retention_days   = optional(number)
    async_retries        = optional(number)
    async_max_age        = optional(number)
    reserved_concurrency = optional(number)
    policy_arns          = optional(set(string), [])
    runbook              = optional(string)
    dashboard            = optional(bool, true)
    alarms = optional(object({
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
    }))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.functions) : can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", name))])
    error_message = "A function's name has lower-case letters and digits, begins with a letter, and may have single '-' in between; these do not: ${join(", ", [for name in keys(var.functions) : name if !can(regex("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", name))])}."
  }

  validation {
    condition     = alltrue([for name in keys(var.functions) : length("${var.project}-${name}") <= 55])
    error_message = "<project>-<function> has at most 55 characters, because AWS names with 64 are made from it; too long: ${join(", ", [for name in keys(var.functions) : "${var.project}-${name}" if length("${var.project}-${name}") > 55])}."
  }
}

variable "images" {
  description = "Digest of each function's image, sha256:<64 hex digits>. A function without one is not created yet, only its repository. Null: they are read from images/<workspace>.json, which lambda-alerts writes."
  type        = map(string)
  default     = null
}

variable "force_delete_repositories" {
  description = "Let a destroy delete repositories together with the images in them."
  type        = bool
  default     = false
  nullable    = false
}

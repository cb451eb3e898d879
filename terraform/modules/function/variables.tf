variable "name" {
  description = "Name of the function and of its role; its log group is /aws/lambda/<name>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,64}$", var.name))
    error_message = "A function's name has 1 to 64 letters, digits, '-' and '_': \"${var.name}\" does not."
  }
}

variable "image_uri" {
  description = "The image by digest: <repository url>@sha256:<64 hex digits>."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[^@ ]+@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "${var.name}: image_uri must name the image by its digest, <repository url>@sha256:<64 hex digits>, because Lambda resolves a tag only once and a new push to it would deploy nothing; got \"${var.image_uri}\"."
  }
}

variable "handler" {
  description = "The command of the image, module.function. Null: the image's own CMD."
  type        = string
  default     = null
}

variable "architecture" {
  description = "What the image was built for: arm64 or x86_64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "${var.name}: architecture is arm64 or x86_64, not \"${var.architecture}\"."
  }
}

variable "timeout" {
  description = "Seconds after which Lambda stops an invocation."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900 && floor(var.timeout) == var.timeout
    error_message = "${var.name}: timeout is a whole number of seconds from 1 to 900, not ${var.timeout}."
  }
}

variable "memory" {
  description = "MB of memory; CPU grows with it."
  type        = number
  default     = 512
  nullable    = false

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240 && floor(var.memory) == var.memory
    error_message = "${var.name}: memory is a whole number of MB from 128 to 10240, not ${var.memory}."
  }
}

variable "environment" {
  description = "Environment variables. They are readable for everyone who may see the function: keep secrets in Secrets Manager or SSM and pass their names."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^[a-zA-Z][a-zA-Z0-9_]+$", name))])
    error_message = "${var.name}: names in environment have at least two letters, digits and '_', and begin with a letter; these do not: ${join(", ", [for name in keys(var.environment) : name if !can(regex("^[a-zA-Z][a-zA-Z0-9_]+$", name))])}."
  }
}

variable "log_retention_days" {
  description = "Days after which CloudWatch deletes log lines."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "${var.name}: log_retention_days is one of CloudWatch's 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, not ${var.log_retention_days}."
  }
}

variable "async_retries" {
  description = "How often Lambda tries an asynchronous event again before it gives up: 0, 1 or 2."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = contains([0, 1, 2], var.async_retries)
    error_message = "${var.name}: async_retries is 0, 1 or 2, not ${var.async_retries}."
  }
}

variable "async_max_age" {
  description = "Seconds after which Lambda gives up on an asynchronous event."
  type        = number
  default     = 21600
  nullable    = false

  validation {
    condition     = var.async_max_age >= 60 && var.async_max_age <= 21600 && floor(var.async_max_age) == var.async_max_age
    error_message = "${var.name}: async_max_age is a whole number of seconds from 60 to 21600, not ${var.async_max_age}."
  }
}

variable "reserved_concurrency" {
  description = "Invocations that may run at once, set aside from the account's. Null: share the account's."
  type        = number
  default     = null

  validation {
    condition     = var.reserved_concurrency == null || try(var.reserved_concurrency >= 1 && floor(var.reserved_concurrency) == var.reserved_concurrency, false)
    error_message = "${var.name}: reserved_concurrency is a whole number of at least 1, or null; with 0 the function could never run."
  }
}

variable "policies" {
  description = "Policies that the function's code needs, name => ARN. Only the names have to be known before an apply, so the policies may be made beside the function."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.policies) : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/", arn))])
    error_message = "${var.name}: policies are ARNs of IAM policies, arn:aws:iam::<account or aws>:policy/…."
  }
}

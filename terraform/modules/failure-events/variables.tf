variable "function_names" {
  description = "Names of the functions whose exhausted asynchronous events are reported. Only the names, known before an apply."
  type        = set(string)
  nullable    = false

  validation {
    condition     = alltrue([for name in var.function_names : can(regex("^[a-zA-Z0-9_-]{1,55}$", name))])
    error_message = "Rules are named <function>-failures and have at most 64 characters, so names have 1 to 55 letters, digits, '-' and '_'; these do not: ${join(", ", [for name in var.function_names : name if !can(regex("^[a-zA-Z0-9_-]{1,55}$", name))])}."
  }
}

variable "topic_arn" {
  description = "ARN of the topic that notifications are sent to."
  type        = string
  nullable    = false
}

variable "images" {
  description = "Digests of the images that run, by function, for messages."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "runbooks" {
  description = "Addresses of what to do, by function."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "dashboards" {
  description = "Names of the functions that have a dashboard, to link to."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "threads" {
  description = "The thread that all messages of a function share, by function. Left out: one for each event."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "language" {
  description = "Language of messages: en or ja. Null: en."
  type        = string
  default     = null
}

variable "dead_letter_queue_name" {
  description = "Name of the queue that keeps events which could not be sent to the topic."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,80}$", var.dead_letter_queue_name))
    error_message = "A queue's name has 1 to 80 letters, digits, '-' and '_': \"${var.dead_letter_queue_name}\" does not."
  }
}

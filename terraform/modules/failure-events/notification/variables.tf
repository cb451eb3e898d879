variable "function_arn" {
  description = "ARN of the function, without a qualifier."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[a-zA-Z0-9_-]+$", var.function_arn))
    error_message = "function_arn is arn:<partition>:lambda:<region>:<account>:function:<name>, without a qualifier; got \"${var.function_arn}\"."
  }
}

variable "error" {
  description = "What the events that are matched say of their error: stack (type, message and stack), message (type and message), none, or any, of which the error is not shown. The first three together match each event once."
  type        = string
  default     = "any"
  nullable    = false

  validation {
    condition     = contains(["stack", "message", "none", "any"], var.error)
    error_message = "error is stack, message, none or any, not ${var.error}."
  }
}

variable "image" {
  description = "Digest of the image that runs, for the message."
  type        = string
  default     = null
}

variable "dashboard" {
  description = "Whether the function has a dashboard (module dashboard), to link to."
  type        = bool
  default     = false
  nullable    = false
}

variable "thread" {
  description = "The thread that all messages of these events share. Null: one for each event."
  type        = string
  default     = null
}

variable "language" {
  description = "Language of the message: en or ja."
  type        = string
  default     = "en"
  nullable    = false
}

variable "runbook" {
  description = "Address of what to do when the function fails."
  type        = string
  default     = null
}

variable "function_arn" {
  description = "ARN of the function, without a qualifier."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:[a-z-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:[a-zA-Z0-9_-]+$", var.function_arn))
    error_message = "function_arn is arn:<partition>:lambda:<region>:<account>:function:<name>, without a qualifier; got \"${var.function_arn}\"."
  }
}

variable "name" {
  description = "Name of the topic, and of the key's alias."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,256}$", var.name))
    error_message = "A topic's name has 1 to 256 letters, digits, '-' and '_': \"${var.name}\" does not."
  }
}

variable "customer_managed_key" {
  description = "Encrypt the topic with a key of your own, whose policy lets alarms and events through."
  type        = bool
  default     = false
  nullable    = false
}

variable "function_name" {
  description = "Name of the function that is well again. Null: the alarms are no function's, and the message names the alarm only."
  type        = string
  default     = null
}

variable "region" {
  description = "Region of the alarms, for links to the console."
  type        = string
  nullable    = false
}

variable "log_group" {
  description = "Name of the function's log group, to link to what failed. Null: there is none."
  type        = string
  default     = null
}

variable "alarm_names" {
  description = "Names of the alarms whose end is told."
  type        = list(string)
  nullable    = false
}

variable "running" {
  description = "What runs, for the message: alias, version and digest of the image."
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
  description = "The thread that all these messages share. Null: one for each time that an alarm was on."
  type        = string
  default     = null
}

variable "language" {
  description = "Language of the message: en or ja."
  type        = string
  default     = "en"
  nullable    = false
}

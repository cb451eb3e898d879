variable "name" {
  description = "What the names of alarms begin with."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of the alarms and of what they watch, for links to the console."
  type        = string
  nullable    = false
}

variable "undelivered_queue" {
  description = "Name of the queue that keeps what rules could not deliver. Null: it is not watched here."
  type        = string
  default     = null
}

variable "undelivered_queue_url" {
  description = "URL of that queue, to link to. Null: there is no link."
  type        = string
  default     = null
}

variable "channels" {
  description = "Names of channel configurations, by any key."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "language" {
  description = "Language of descriptions: en or ja."
  type        = string
  default     = "en"
  nullable    = false
}

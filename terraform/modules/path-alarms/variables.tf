variable "name" {
  description = "What the names of alarms and of the rule begin with; in a region that has the module twice, each has its own."
  type        = string
  nullable    = false
}

variable "topic_arn" {
  description = "ARN of the topic that the alarms are sent to; it must lie in the provider's region."
  type        = string
  nullable    = false
}

variable "undelivered_queue" {
  description = "Name of the queue that keeps what rules could not deliver. Null: it is not watched here."
  type        = string
  default     = null
}

variable "undelivered_queue_arn" {
  description = "ARN of that queue, which then keeps the ends of alarms that could not be sent to the topic as well. Null: they are dropped."
  type        = string
  default     = null
}

variable "channels" {
  description = "Names of channel configurations, by any key; their metrics are in us-east-1 only."
  type        = map(string)
  default     = null
}

variable "language" {
  description = "Language of descriptions: en or ja. Null: en."
  type        = string
  default     = null
}

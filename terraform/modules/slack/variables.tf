variable "name" {
  description = "Name of the channel configuration and of its CloudFormation stack."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z][a-zA-Z0-9-]{0,54}$", var.name))
    error_message = "A channel configuration's name has 1 to 55 letters, digits and '-', and begins with a letter: \"${var.name}\" does not."
  }
}

variable "workspace" {
  description = "Id of the Slack workspace, T…. It must have been authorised once, by hand, in the console of Amazon Q Developer in chat applications."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^T[A-Z0-9]{5,}$", var.workspace))
    error_message = "A Slack workspace's id begins with T and goes on with at least 5 capitals and digits, as in T0ABCDEF: \"${var.workspace}\" does not. It stands in the address of Slack in a browser, app.slack.com/client/T…."
  }
}

variable "channel" {
  description = "Id of the Slack channel, C… or G…. Invite the app to a private one: /invite @Amazon Q."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[CG][A-Z0-9]{5,}$", var.channel))
    error_message = "A Slack channel's id begins with C or G and goes on with at least 5 capitals and digits, as in C0GHJKLMN: \"${var.channel}\" does not. Slack shows it at the end of the channel's details."
  }
}

variable "topic_arns" {
  description = "ARNs of the topics whose messages the channel shows."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.topic_arns) > 0
    error_message = "topic_arns is empty: a channel without a topic shows nothing."
  }
}

variable "readable_log_groups" {
  description = "Names of the log groups that people in the channel may read; * stands for anything."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.readable_log_groups) > 0
    error_message = "readable_log_groups is empty: the buttons \"Show logs\" below an alarm would be refused."
  }
}

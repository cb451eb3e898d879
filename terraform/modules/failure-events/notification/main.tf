locals {
  region        = split(":", var.function_arn)[3]
  function_name = split(":", var.function_arn)[6]

  # EventBridge leaves a hole where an unquoted placeholder has no value, and a notification has texts only. So it depends on what an event
  # says of its error which placeholders its template may have: each kind matches other events, and together they match all.
  is_text  = [{ wildcard = "*" }]
  is_none  = [{ exists = false }, { anything-but = { wildcard = "*" } }] # missing, or an object, a number, a null
  is_error = { errorMessage = local.is_text, errorType = local.is_text }
  error_patterns = {
    any     = {}
    stack   = { responsePayload = merge(local.is_error, { stackTrace = local.is_text }) }
    message = { responsePayload = merge(local.is_error, { stackTrace = local.is_none }) }
    none    = { responsePayload = { "$or" = [{ errorMessage = local.is_none }, { errorType = local.is_none }] } }
  }

  # Events of this function under any qualifier ($LATEST, a version, the alias), or none. The ':' keeps orders-api apart from
  # orders-api2.
  # The source is really "lambda": events of Lambda destinations do not carry the prefix "aws.".
  event_pattern = {
    source      = ["lambda"]
    detail-type = ["Lambda Function Invocation Result - Failure"]
    detail = merge(
      {
        requestContext = {
          functionArn = [var.function_arn, { prefix = "${var.function_arn}:" }]
        }
      },
      local.error_patterns[var.error],
    )
  }

  # Inside quotes EventBridge puts values as they are: a '"' or a line break would make invalid JSON, an object would, too, and such
  # a message is lost silently. So only values whose alphabet Lambda itself sets are taken there: ids, ARNs, enumerations, numbers and
  # times. A path that is missing (no attempt was made) becomes an empty string, which every place inside quotes can bear.
  safe_paths = {
    functionArn = "$.detail.requestContext.functionArn"
    requestId   = "$.detail.requestContext.requestId"
    condition   = "$.detail.requestContext.condition"
    attempts    = "$.detail.requestContext.approximateInvokeCount"
    version     = "$.detail.responseContext.executedVersion"
    time        = "$.time"
  }

  # What anybody's code has written is taken as a whole value and without quotes: then EventBridge makes a JSON string of it itself.
  # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html, "Common issues with transforming input"
  text_paths = merge(
    contains(["stack", "message"], var.error) ? {
      errorType    = "$.detail.responsePayload.errorType"
      errorMessage = "$.detail.responsePayload.errorMessage"
    } : {},
    var.error == "stack" ? { stack = "$.detail.responsePayload.stackTrace[0]" } : {},
  )
  input_paths = merge(local.safe_paths, local.text_paths)

  # https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
  # Links are bare: Slack's <address|text> would be taken for a placeholder.
  notification = {
    version = "1.0"
    source  = "custom"
    content = merge(
      {
        textType    = "client-markdown"
        title       = local.text.title
        description = local.text.description
        # The error comes first: it may be empty text, which a description may not.
        nextSteps = concat(
          [for name in ["errorMessage", "stack"] : "<${name}>" if contains(keys(local.text_paths), name)],
          [for step in local.text.next : step if var.dashboard || !strcontains(step, local.dashboard)],
          var.runbook == null ? [] : ["${local.text.runbook}: ${var.runbook}"],
        )
      },
      contains(keys(local.text_paths), "errorType") ? { keywords = ["<errorType>"] } : {},
    )
    metadata = {
      threadId         = var.thread == null ? "${local.function_name} <requestId>" : var.thread
      summary          = "${local.function_name}: <condition>"
      relatedResources = ["<functionArn>"]
      additionalContext = merge(
        {
          functionArn = "<functionArn>"
          requestId   = "<requestId>"
          condition   = "<condition>"
        },
        contains(keys(local.text_paths), "errorType") ? { errorType = "<errorType>" } : {},
      )
    }
  }

  # jsonencode writes < and > as \u003c and \u003e; EventBridge would not see its placeholders.
  quoted         = replace(replace(jsonencode(local.notification), "\\u003c", "<"), "\\u003e", ">")
  input_template = replace(local.quoted, "/\"(<(errorType|errorMessage|stack)>)\"/", "$1")
}

module "links" {
  source = "../../log-links"

  region    = local.region
  log_group = "/aws/lambda/${local.function_name}"
  filters   = { request = "\"REQUEST\"" }
  queries   = { request = "fields @timestamp, @logStream, @message | filter @message like \"REQUEST\" | sort @timestamp asc | limit 500" }
}

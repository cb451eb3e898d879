locals {
  region        = split(":", var.function_arn)[3]
  function_name = split(":", var.function_arn)[6]

  # Events of this function under any qualifier ($LATEST, a version, the alias), or none. The ':' keeps orders-api apart from
  # orders-api2.
  # The source is really "lambda": events of Lambda destinations do not carry the prefix "aws.".
  event_pattern = {
    source      = ["lambda"]
    detail-type = ["Lambda Function Invocation Result - Failure"]
    detail = {
      requestContext = {
        functionArn = [var.function_arn, { prefix = "${var.function_arn}:" }]
      }
    }
  }

  # EventBridge puts values into the template as they are: a '"' or a line break would make it invalid JSON, an object inside quotes
  # too, and such a message is lost silently. So only values whose alphabet Lambda itself sets are taken: ids, ARNs, enumerations,
  # numbers, times, and the name of the exception's class. Never errorMessage, stackTrace or a payload: their text is anybody's.
  # A path that is missing (no attempt was made, so there is no error) becomes an empty string, which every place here can bear.
  input_paths = {
    functionArn = "$.detail.requestContext.functionArn"
    requestId   = "$.detail.requestContext.requestId"
    condition   = "$.detail.requestContext.condition"
    attempts    = "$.detail.requestContext.approximateInvokeCount"
    errorType   = "$.detail.responsePayload.errorType"
    time        = "$.time"
  }

  # https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
  # Links are bare: Slack's <address|text> would be taken for a placeholder.
  notification = {
    version = "1.0"
    source  = "custom"
    content = {
      textType    = "client-markdown"
      title       = "${local.function_name} lost an event: Lambda gave up on it"
      description = "*Why:* <condition>, attempts: <attempts>\n*Error type:* <errorType>\n*Function:* <functionArn>\n*Request:* <requestId>\n*Given up at:* <time>"
      nextSteps = [
        "Read what the attempts logged: ${replace(module.links.urls.request, "REQUEST", "<requestId>")}",
        "RetriesExhausted: correct the cause, then send the event again. Nobody else will.",
        "EventAgeExceeded: the function was throttled or failed for too long. Look at its concurrency.",
      ]
    }
    metadata = {
      summary          = "${local.function_name}: <condition> <errorType>"
      relatedResources = ["<functionArn>"]
      additionalContext = {
        functionArn = "<functionArn>"
        requestId   = "<requestId>"
        condition   = "<condition>"
        errorType   = "<errorType>"
      }
    }
  }

  # jsonencode writes < and > as \u003c and \u003e; EventBridge would not see its placeholders.
  input_template = replace(replace(jsonencode(local.notification), "\\u003c", "<"), "\\u003e", ">")
}

module "links" {
  source = "../../log-links"

  region    = local.region
  log_group = "/aws/lambda/${local.function_name}"
  filters   = { request = "\"REQUEST\"" }
}

variables {
  function_arn = "arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api"
}

run "compose" {
  assert {
    condition = jsondecode(output.event_pattern) == {
      source      = ["lambda"]
      detail-type = ["Lambda Function Invocation Result - Failure"]
      detail      = { requestContext = { functionArn = ["arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api", { prefix = "arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api:" }] } }
    }
    error_message = "Events of Lambda destinations come from \"lambda\", and the prefix ends at the name."
  }

  assert {
    condition     = toset(regexall("<([^>]*)>", output.input_template)[*][0]) == toset(keys(output.input_paths))
    error_message = "A placeholder without a path is refused by EventBridge; a path without a placeholder is dead."
  }

  assert {
    condition     = alltrue([for path in values(output.input_paths) : contains(["$.time", "$.detail.responseContext.executedVersion"], path) || startswith(path, "$.detail.requestContext.")])
    error_message = "Only values whose alphabet Lambda sets: free text breaks the JSON, because EventBridge does not escape."
  }

  assert {
    condition     = !strcontains(output.input_template, "\\u00")
    error_message = "EventBridge does not know an escaped placeholder."
  }

  assert {
    condition     = !can(regex("[:,\\[]<", output.input_template))
    error_message = "Every placeholder stands inside quotes: outside, a missing path would leave a hole in the JSON."
  }
}

run "an_error_is_shown_as_whole_values_that_eventbridge_quotes_itself" {
  variables {
    error = "stack"
  }

  assert {
    condition     = strcontains(output.input_template, "\"keywords\":[<errorType>]") && strcontains(output.input_template, "\"nextSteps\":[<errorMessage>,<stack>,\"Read ") && strcontains(output.input_template, "\"errorType\":<errorType>")
    error_message = "Without quotes of ours: text of anybody's would break out of them."
  }

  assert {
    condition     = toset(regexall("<([^>]*)>", output.input_template)[*][0]) == toset(keys(output.input_paths)) && !can(regex("[^:,\\[]<(errorType|errorMessage|stack)>", output.input_template))
    error_message = "Never inside quotes."
  }

  assert {
    condition     = jsondecode(output.event_pattern).detail.responsePayload == { errorMessage = [{ wildcard = "*" }], errorType = [{ wildcard = "*" }], stackTrace = [{ wildcard = "*" }] }
    error_message = "Only events that have all three, as texts: a missing one would leave a hole."
  }
}

run "a_timeout_has_no_stack" {
  variables {
    error = "message"
  }

  assert {
    condition     = strcontains(output.input_template, "\"nextSteps\":[<errorMessage>,\"Read ") && !strcontains(output.input_template, "<stack>") && jsondecode(output.event_pattern).detail.responsePayload.stackTrace[0] == { exists = false }
    error_message = "Type and message, no stack."
  }
}

run "an_event_without_an_error_is_told_without_one" {
  variables {
    error = "none"
  }

  assert {
    condition     = !strcontains(output.input_template, "<errorType>") && length(jsondecode(output.event_pattern).detail.responsePayload["$or"]) == 2
    error_message = "Objects, numbers and nothing where texts are expected: the message comes all the same."
  }
}

run "japanese_runbook_and_image" {
  variables {
    error    = "stack"
    language = "ja"
    image    = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    runbook  = "https://wiki.example.com/orders"
  }

  assert {
    condition     = strcontains(output.input_template, "orders-api のイベントが失われました") && strcontains(output.input_template, "バージョン <version>, sha256:111111111111") && strcontains(output.input_template, "手順書: https://wiki.example.com/orders")
    error_message = "Title, texts, next steps and what runs."
  }
}

run "an_exhausted_event_becomes_a_custom_notification" {
  module {
    source = "./tests/render"
  }

  variables {
    template = run.compose.input_template
    paths    = run.compose.input_paths
    event    = <<-JSON
      {"version":"0","id":"1","detail-type":"Lambda Function Invocation Result - Failure","source":"lambda","account":"123456789012","time":"2026-01-02T03:04:05Z",
       "region":"ap-northeast-1","resources":[],
       "detail":{"version":"1.0","timestamp":"2026-01-02T03:04:05.000Z",
        "requestContext":{"requestId":"2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a","functionArn":"arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api:live","condition":"RetriesExhausted","approximateInvokeCount":3},
        "requestPayload":{"a":"\"}"},"responseContext":{"statusCode":200,"executedVersion":"7","functionError":"Unhandled"},
        "responsePayload":{"errorMessage":"a \"quoted\"\nmessage with <, > and &","errorType":"KeyError","stackTrace":["  File \"x\""]}}}
    JSON
  }

  assert {
    condition     = jsondecode(output.text).version == "1.0" && jsondecode(output.text).source == "custom" && jsondecode(output.text).content.textType == "client-markdown"
    error_message = "This is the form that Amazon Q Developer shows; anything else it drops silently."
  }

  assert {
    condition     = jsondecode(output.text).content.description == "*Why:* RetriesExhausted, attempts: 3\n*Function:* arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api:live\n*Ran:* version 7\n*Request:* 2f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a\n*Given up at:* 2026-01-02T03:04:05Z"
    error_message = "The description says what failed, where and when."
  }

  assert {
    condition     = length(jsondecode(output.text).content.title) <= 250 && startswith(jsondecode(output.text).content.title, "orders-api ")
    error_message = "The title begins with the function and is short enough."
  }

  assert {
    condition     = endswith(jsondecode(output.text).content.nextSteps[0], "#logsV2:log-groups/log-group/$252Faws$252Flambda$252Forders-api/log-events$3FfilterPattern$3D$25222f0e5d57-6dbb-4b3b-8c1c-6d2b0d4d1f0a$2522")
    error_message = "The link shows the log lines of this request."
  }
}

run "an_event_that_was_never_tried_still_makes_valid_json" {
  module {
    source = "./tests/render"
  }

  variables {
    template = run.compose.input_template
    paths    = run.compose.input_paths
    event    = <<-JSON
      {"time":"2026-01-02T03:04:05Z","detail":{"requestContext":{"requestId":"1","functionArn":"arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api:live","condition":"EventAgeExceeded"}}}
    JSON
  }

  assert {
    condition     = strcontains(jsondecode(output.text).content.description, "*Why:* EventAgeExceeded, attempts: \n*Function:* ")
    error_message = "Missing values are empty."
  }
}

run "the_longest_name_fits_the_template" {
  command = plan

  variables {
    error        = "stack"
    language     = "ja"
    image        = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    runbook      = "https://wiki.example.com/${join("", [for i in range(170) : "x"])}"
    function_arn = "arn:aws-us-gov:lambda:ap-southeast-99:123456789012:function:a-name-of-sixty-four-characters-which-is-the-most-that-aws-takes"
  }

  assert {
    condition     = length(output.input_template) <= 8192 && length(split(":", var.function_arn)[6]) == 64
    error_message = "EventBridge takes 8192 characters."
  }
}

run "an_arn_with_a_qualifier_is_refused" {
  command = plan

  expect_failures = [var.function_arn]

  variables {
    function_arn = "arn:aws:lambda:ap-northeast-1:123456789012:function:orders-api:live"
  }
}

run "only_a_function_that_has_a_dashboard_is_linked_to_it" {
  command = plan

  variables {
    dashboard = true
  }

  assert {
    condition     = strcontains(output.input_template, "#dashboards/dashboard/")
    error_message = "A message does not link to the dashboard."
  }
}

run "without_a_dashboard_no_step_names_one" {
  command = plan

  assert {
    condition     = !strcontains(output.input_template, "ashboard")
    error_message = "A link leads nowhere."
  }
}

run "messages_may_share_a_thread_that_is_given" {
  command = plan

  variables {
    thread = "orders-api version 7"
  }

  assert {
    condition     = jsondecode(output.input_template).metadata.threadId == "orders-api version 7"
    error_message = "What a release says is one thread."
  }
}

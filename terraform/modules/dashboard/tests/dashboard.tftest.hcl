mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  function_name = "orders-api"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
  alarm_arns    = ["arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:orders-api-page"]
}

run "what_a_function_does_can_be_seen" {
  command = plan

  assert {
    condition = toset(flatten([
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [for metric in try(widget.properties.metrics, []) : metric[1]]
    ])) == toset(["Invocations", "Errors", "Duration", "Throttles", "ConcurrentExecutions", "AsyncEventAge", "AsyncEventsDropped", "DestinationDeliveryFailures"])
    error_message = "Invocations, errors, durations, throttles, concurrency and asynchronous events."
  }

  assert {
    condition     = [for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.annotations.horizontal[0].value if try(widget.properties.annotations.horizontal[0], null) != null][0] == 30000
    error_message = "Durations are seen against the timeout."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[0].properties.alarms[0] == var.alarm_arns[0] && output.name == "orders-api"
    error_message = "The alarms stand at the top, and the page has the function's name."
  }
}

run "limits_are_lines_in_the_graphs_of_their_metrics" {
  command = plan

  variables {
    lines = [
      { metric = "Errors", value = 2, label = "errors: failed invocations", severity = "page" },
      { metric = "Duration", value = 24000, label = "duration: slow invocations", severity = "warn" },
      { metric = "ConcurrentExecutions", value = 8, label = "concurrency: concurrency nearly used up", severity = "warn" },
      { metric = "Throttles", value = 8, label = "throttles: refused calls", severity = "page" },
      { metric = "AsyncEventsDropped", value = 0, label = "async-dropped: dropped events", severity = "page" },
      { metric = "DestinationDeliveryFailures", value = 0, label = "destination-failures: lost failure reports", severity = "warn" },
      { metric = "IteratorAge", value = 60000, label = "iterator-age: a stream that falls behind", severity = "warn" },
    ]
  }

  assert {
    condition = {
      for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.title => [
        for line in widget.properties.annotations.horizontal : "${line.value} ${try(line.yAxis, "left")} ${line.color} ${line.label}"
      ] if widget.type == "metric"
      } == {
      "Invocations and errors"                               = ["2 left #d62728 errors: failed invocations"]
      "Duration against the timeout (ms)"                    = ["30000 left #d62728 timeout", "24000 left #ff7f0e duration: slow invocations"]
      "Throttles and concurrency"                            = ["8 left #d62728 throttles: refused calls", "8 right #ff7f0e concurrency: concurrency nearly used up"]
      "Asynchronous events: age (ms), dropped, not reported" = ["0 right #d62728 async-dropped: dropped events, destination-failures: lost failure reports"]
      "How far behind its stream (ms)"                       = ["60000 left #ff7f0e iterator-age: a stream that falls behind"]
    }
    error_message = "Each on the axis of its metric; what lies at one height is one line, and a failure is red."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[6].type == "log" && jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[6].y == 3 + 3 * 6
    error_message = "A graph of the stream makes a third row."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).periodOverride == "inherit"
    error_message = "A sum of an hour would lie above the limit of a minute."
  }

  assert {
    condition     = { for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.title => [for metric in widget.properties.metrics : try(metric[4].period, widget.properties.period)] if widget.type == "metric" }["Duration against the timeout (ms)"] == [60, 300, 60]
    error_message = "The percentile is drawn as its alarm looks at it."
  }
}

run "titles_can_be_japanese" {
  command = plan

  variables {
    language   = "ja"
    alarm_arns = []
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[0].properties.title == "呼び出しとエラー" && jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[0].y == 0
    error_message = "Without alarms the graphs begin at the top."
  }
}

mock_provider "aws" {
  source = "../../tests/aws"
}

variables {
  function_name = "orders-api"
  log_group     = "/aws/lambda/orders-api"
  timeout       = 30
  alarm_arns    = ["arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:orders-api-page"]
}

run "everything_that_alarms_watch_can_be_seen" {
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

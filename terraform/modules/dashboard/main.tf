data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  region = data.aws_region.this.id
  lambda = ["AWS/Lambda", "FunctionName", var.function_name]

  # Two columns of widgets, each 12 of the 24 units wide. A metric is [namespace, name, dimension, value, how it looks].
  graphs = [
    {
      title   = local.text.invocations
      metrics = [[local.lambda[0], "Invocations", local.lambda[1], local.lambda[2], { stat = "Sum" }], [local.lambda[0], "Errors", local.lambda[1], local.lambda[2], { stat = "Sum", color = "#d62728" }]]
      lines   = []
    },
    {
      title = local.text.duration
      metrics = [
        for stat in ["p50", "p95", "Maximum"] : [local.lambda[0], "Duration", local.lambda[1], local.lambda[2], { stat = stat, label = stat }]
      ]
      lines = [{ label = local.text.timeout, value = var.timeout * 1000, color = "#d62728" }]
    },
    {
      title = local.text.throttles
      metrics = [
        [local.lambda[0], "Throttles", local.lambda[1], local.lambda[2], { stat = "Sum", color = "#d62728" }],
        [local.lambda[0], "ConcurrentExecutions", local.lambda[1], local.lambda[2], { stat = "Maximum", yAxis = "right" }],
      ]
      lines = []
    },
    {
      title = local.text.async
      metrics = [
        [local.lambda[0], "AsyncEventAge", local.lambda[1], local.lambda[2], { stat = "Maximum" }],
        [local.lambda[0], "AsyncEventsDropped", local.lambda[1], local.lambda[2], { stat = "Sum", color = "#d62728", yAxis = "right" }],
        [local.lambda[0], "DestinationDeliveryFailures", local.lambda[1], local.lambda[2], { stat = "Sum", yAxis = "right" }],
      ]
      lines = []
    },
  ]

  alarms = length(var.alarm_arns) == 0 ? [] : [{
    type       = "alarm"
    x          = 0
    y          = 0
    width      = 24
    height     = 3
    properties = { title = local.text.alarms, alarms = var.alarm_arns }
  }]

  top = length(local.alarms) * 3
  body = {
    widgets = concat(
      local.alarms,
      [
        for index, graph in local.graphs : {
          type   = "metric"
          x      = index % 2 * 12
          y      = local.top + floor(index / 2) * 6
          width  = 12
          height = 6
          properties = {
            title       = graph.title
            region      = local.region
            view        = "timeSeries"
            stacked     = false
            period      = 60
            metrics     = graph.metrics
            annotations = { horizontal = graph.lines }
          }
        }
      ],
      [{
        type   = "log"
        x      = 0
        y      = local.top + 12
        width  = 24
        height = 6
        properties = {
          title  = local.text.errors
          region = local.region
          view   = "table"
          query  = "SOURCE '${var.log_group}' | fields @timestamp, @requestId, @message | filter @message like /ERROR|Task timed out|Status: error|Status: timeout/ | sort @timestamp desc | limit 20"
        }
      }],
    )
  }

  texts = {
    en = {
      alarms      = "Alarms of ${var.function_name}"
      invocations = "Invocations and errors"
      duration    = "Duration against the timeout (ms)"
      timeout     = "timeout"
      throttles   = "Throttles and concurrency"
      async       = "Asynchronous events: age (ms), dropped, not reported"
      errors      = "The last errors in the log"
    }
    ja = {
      alarms      = "${var.function_name} のアラーム"
      invocations = "呼び出しとエラー"
      duration    = "実行時間とタイムアウト (ms)"
      timeout     = "タイムアウト"
      throttles   = "拒否と同時実行数"
      async       = "非同期イベント: 待ち時間 (ms)、破棄、報告の失敗"
      errors      = "ログの最近のエラー"
    }
  }
  text = local.texts[var.language]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.function_name
  dashboard_body = jsonencode(local.body)
}

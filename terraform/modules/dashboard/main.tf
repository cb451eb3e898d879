data "aws_region" "this" {} # its id is the region; name is deprecated in version 6 of the provider

locals {
  region = data.aws_region.this.id
  red    = "#d62728"
  orange = "#ff7f0e"

  # Two columns of widgets, each 12 of the 24 units wide. What is drawn of a metric: its statistic, and how it looks.
  all_graphs = [
    {
      title = local.text.invocations
      draws = [["Invocations", { stat = "Sum" }], ["Errors", { stat = "Sum", color = local.red }]]
      lines = []
    },
    {
      title = local.text.duration
      draws = [
        ["Duration", { stat = "p50", label = "p50" }],
        ["Duration", { stat = "p95", label = "p95", period = 300 }], # as the alarm looks at it: a minute has few calls
        ["Duration", { stat = "Maximum", label = "Maximum" }],
      ]
      lines = [{ label = local.text.timeout, value = var.timeout * 1000, color = local.red }]
    },
    {
      title = local.text.throttles
      draws = [["Throttles", { stat = "Sum", color = local.red }], ["ConcurrentExecutions", { stat = "Maximum", yAxis = "right" }]]
      lines = []
    },
    {
      title = local.text.async
      draws = [
        ["AsyncEventAge", { stat = "Maximum" }],
        ["AsyncEventsDropped", { stat = "Sum", color = local.red, yAxis = "right" }],
        ["DestinationDeliveryFailures", { stat = "Sum", yAxis = "right" }],
      ]
      lines = []
    },
    {
      title = local.text.stream
      draws = [["IteratorAge", { stat = "Maximum" }]]
      lines = []
    },
  ]
  # Few functions read a stream: those whose alarms look at it.
  graphs = [for graph in local.all_graphs : graph if graph.draws[0][0] != "IteratorAge" || contains(var.lines[*].metric, "IteratorAge")]
  axes   = merge([for graph in local.all_graphs : merge([for draw in graph.draws : { (draw[0]) = lookup(draw[1], "yAxis", "left") }]...)]...)

  # Several limits at one height are one line: their labels would lie upon each other.
  limits = [
    for graph in local.graphs : {
      for line in var.lines : "${local.axes[line.metric]} ${line.value}" => line... if contains([for draw in graph.draws : draw[0]], line.metric)
    }
  ]
  lines = [
    for places in local.limits : [
      for lines in values(places) : {
        label = join(", ", lines[*].label)
        value = lines[0].value
        yAxis = local.axes[lines[0].metric]
        color = contains(lines[*].severity, "page") ? local.red : local.orange
      }
    ]
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
    # The lines are limits of these periods. With "auto" the console would sum up more for a longer time, and every sum lie above them.
    periodOverride = "inherit"
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
            metrics     = [for draw in graph.draws : ["AWS/Lambda", draw[0], "FunctionName", var.function_name, draw[1]]]
            annotations = { horizontal = concat(graph.lines, local.lines[index]) }
          }
        }
      ],
      [{
        type   = "log"
        x      = 0
        y      = local.top + ceil(length(local.graphs) / 2) * 6
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
      stream      = "How far behind its stream (ms)"
      errors      = "The last errors in the log"
    }
    ja = {
      alarms      = "${var.function_name} のアラーム"
      invocations = "呼び出しとエラー"
      duration    = "実行時間とタイムアウト (ms)"
      timeout     = "タイムアウト"
      throttles   = "拒否と同時実行数"
      async       = "非同期イベント: 待ち時間 (ms)、破棄、報告の失敗"
      stream      = "ストリームの遅れ (ms)"
      errors      = "ログの最近のエラー"
    }
  }
  text = local.texts[var.language]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.function_name
  dashboard_body = jsonencode(local.body)
}

run "the_console_opens_the_lines_that_match" {
  command = plan

  variables {
    region    = "ap-northeast-1"
    log_group = "/aws/lambda/orders-api"
    filters   = { timeouts = "\"Task timed out\"", reports = "REPORT" }
  }

  assert {
    condition     = output.urls.timeouts == "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Forders-api/log-events$3FfilterPattern$3D$2522Task$2Btimed$2Bout$2522"
    error_message = "The console's own way to write addresses."
  }

  assert {
    condition     = endswith(output.urls.reports, "/log-events$3FfilterPattern$3DREPORT")
    error_message = "Each filter has its address."
  }
}

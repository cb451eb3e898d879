run "the_console_opens_the_lines_that_match" {
  command = plan

  variables {
    region    = "ap-northeast-1"
    log_group = "/aws/lambda/orders-api"
    filters   = { timeouts = "\"Task timed out\"", reports = "REPORT" }
  }

  assert {
    condition     = output.urls.timeouts == "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Forders-api/log-events$3FfilterPattern$3D$2522Task$2520timed$2520out$2522"
    error_message = "The console's own way to write addresses."
  }

  assert {
    condition     = endswith(output.urls.reports, "/log-events$3FfilterPattern$3DREPORT")
    error_message = "Each filter has its address."
  }
}

run "the_console_of_china_has_its_own_domain" {
  command = plan

  variables {
    region    = "cn-north-1"
    log_group = "/aws/lambda/orders-api"
    filters   = { reports = "REPORT" }
  }

  assert {
    condition     = output.console == "https://cn-north-1.console.amazonaws.cn" && startswith(output.urls.reports, "${output.console}/cloudwatch/")
    error_message = "aws.amazon.com knows nothing of that partition."
  }
}

run "the_console_of_us_gov_has_its_own_domain" {
  command = plan

  variables {
    region    = "us-gov-west-1"
    log_group = "/aws/lambda/orders-api"
    filters   = { reports = "REPORT" }
  }

  assert {
    condition     = output.console == "https://us-gov-west-1.console.amazonaws-us-gov.com" && startswith(output.urls.reports, "${output.console}/cloudwatch/")
    error_message = "aws.amazon.com knows nothing of that partition."
  }
}

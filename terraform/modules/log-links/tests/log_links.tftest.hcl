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

run "lines_of_the_last_hours_only" {
  command = plan

  variables {
    region    = "ap-northeast-1"
    log_group = "/aws/lambda/orders-api"
    filters   = { reports = "REPORT" }
    hours     = 12
  }

  assert {
    condition     = endswith(output.urls.reports, "/log-events$3FfilterPattern$3DREPORT$26start$3D-43200000")
    error_message = "In milliseconds before now."
  }
}

run "a_query_opens_in_logs_insights_and_nothing_in_its_address_ends_a_link_in_slack" {
  command = plan

  variables {
    region    = "ap-northeast-1"
    log_group = "/aws/lambda/orders-api"
    filters   = {}
    queries   = { it = "fields @timestamp | filter @message like \"a~b\"" }
  }

  assert {
    condition     = output.queries.it == "https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:logs-insights$3FqueryDetail$3D$257E$2528end$257E0$257Estart$257E-604800$257EtimeType$257E$2527RELATIVE$257Eunit$257E$2527seconds$257EeditorString$257E$2527fields*20*40timestamp*20*7C*20filter*20*40message*20like*20*22a*7Eb*22$257Esource$257E$2528$257E$2527*2Faws*2Flambda*2Forders-api$2529$2529"
    error_message = "The console's own way to write queries."
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

mock_provider "aws" {
  source = "./tests/aws"
}

mock_provider "aws" {
  alias  = "us_east_1"
  source = "./tests/aws"
}

variables {
  project = "orders"
  region  = "ap-northeast-1"
  slack   = { workspace = "T0ABCDEF", channel = "C0GHJKLMN" }
  images  = { api = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
  functions = {
    api   = { timeout = 900 }
    batch = { invoked = ["async"] }
  }
}

run "every_function_has_a_repository_but_only_one_with_an_image_is_created" {
  command = apply

  assert {
    condition     = toset(keys(output.repositories)) == toset(["api", "batch"])
    error_message = "An image needs its repository first."
  }

  assert {
    condition     = keys(output.functions) == ["api"] && output.images == { api = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
    error_message = "batch has no image yet."
  }

  assert {
    condition     = output.functions.api.image_uri == "${output.repositories.api}@${var.images.api}"
    error_message = "A function runs the digest out of its own repository."
  }

  assert {
    condition     = output.functions.api.name == "orders-api" && output.functions.api.alias == "live" && output.functions.api.log_group == "/aws/lambda/orders-api"
    error_message = "AWS names are <project>-<function>."
  }

  assert {
    condition     = alltrue([for name in ["orders-alerts-undelivered-queue", "orders-api-errors", "orders-api-page", "orders-api-undelivered", "orders-api-warn"] : contains(output.alarms, name)]) && output.rules == { api = "orders-api-failures" }
    error_message = "Every function that runs is watched."
  }

  assert {
    condition     = output.channel == { configuration_name = "orders-alerts", arn = "arn:aws:chatbot::123456789012:chat-configuration/slack-channel/orders-alerts", workspace = "T0ABCDEF", channel = "C0GHJKLMN" }
    error_message = "The channel is part of the stack."
  }

  assert {
    condition     = output.project == "orders" && output.language == "en" && output.region == "ap-northeast-1" && output.account_id == "123456789012" && output.topic_arn == module.topic.arn
    error_message = "The stack says where it is."
  }

  assert {
    condition     = output.dead_letter_queue_arn == module.failure_events.dead_letter_queue_arn && endswith(output.dead_letter_queue_url, "/orders-alerts-undelivered")
    error_message = "The queue of undelivered events can be found."
  }
}

run "the_channel_is_watched_where_its_metrics_are" {
  command = apply

  assert {
    condition     = output.delivery_alarms == ["orders-alerts-delivery", "orders-alerts-unsupported"] && length(module.slack) == 1
    error_message = "In us-east-1, by a topic there."
  }

  assert {
    condition     = toset(keys(output.coverage)) == toset(["", "api"])
    error_message = "What is covered is known for each function that runs, and for the way."
  }
}

run "each_event_is_a_thread_unless_a_release_is_asked_for" {
  command = apply

  assert {
    condition     = length(local.threads) == 0
    error_message = "What belongs together is told by the event itself."
  }
}

run "a_release_is_a_thread_which_a_deploy_ends" {
  command = apply

  variables {
    slack = { workspace = "T0ABCDEF", channel = "C0GHJKLMN", threads = "release" }
  }

  assert {
    condition     = local.threads == tomap({ api = "orders-api version 7" })
    error_message = "The version that runs, which changes with each deploy that changes the function."
  }
}

run "each_severity_can_have_its_channel" {
  command = plan

  variables {
    slack = { workspace = "T0ABCDEF", channel = "C0GHJKLMN", channels = { page = "C0PAGE111", warn = "C0GHJKLMN" } }
  }

  assert {
    condition     = keys(module.severity_topic) == ["page"] && toset(keys(module.slack)) == toset(["alerts", "page"])
    error_message = "A severity in the default channel needs nothing of its own."
  }

  assert {
    condition     = jsonencode([for channel in output.severity_channels : [channel.channel, channel.severities]]) == jsonencode([["C0PAGE111", ["page"]]])
    error_message = "The stack says who hears what."
  }
}

run "severities_that_share_a_channel_share_its_configuration" {
  command = plan

  variables {
    slack = { workspace = "T0ABCDEF", channel = "C0GHJKLMN", channels = { page = "C0OTHER11", warn = "C0OTHER11" } }
  }

  assert {
    condition     = toset(keys(module.severity_topic)) == toset(["page", "warn"]) && toset(keys(module.slack)) == toset(["alerts", "page"])
    error_message = "AWS takes one configuration for each Slack channel."
  }
}

run "a_severity_and_a_language_that_do_not_exist_are_refused" {
  command = plan

  expect_failures = [var.slack, var.language]

  variables {
    slack    = { workspace = "T0ABCDEF", channel = "C0GHJKLMN", channels = { panic = "C0PAGE111" }, threads = "message" }
    language = "fr"
  }
}

run "before_the_first_images_there_are_repositories_topic_and_no_channel_without_slack" {
  command = plan

  variables {
    images = {}
    slack  = null
  }

  assert {
    condition     = length(module.registry) == 2 && length(module.function) == 0 && length(module.alarms) == 0 && length(output.rules) == 0
    error_message = "The first apply makes what images need."
  }

  assert {
    condition     = output.channel == null
    error_message = "Without Slack, alerts reach the topic only."
  }
}

run "a_project_and_a_region_that_are_none_are_refused" {
  command = plan

  expect_failures = [var.project, var.region]

  variables {
    project = "Orders--"
    region  = "Tokyo"
  }
}

run "a_function_whose_name_aws_would_refuse_somewhere_is_refused" {
  command = plan

  expect_failures = [var.functions]

  variables {
    functions = { "the_api" = {}, "the--api" = {} }
  }
}

run "a_function_whose_names_would_be_too_long_is_refused" {
  command = plan

  expect_failures = [var.functions]

  variables {
    functions = { "a-function-whose-name-is-longer-than-aws-allows-here" = {} }
  }
}

variables {
  file = "./tests/known.json"
}

run "the_file_names_what_runs" {
  command = plan

  assert {
    condition     = output.digests == tomap({ api = "sha256:2222222222222222222222222222222222222222222222222222222222222222" })
    error_message = "The digests are those of the file."
  }
}

run "digests_that_are_given_win_over_the_file" {
  command = plan

  variables {
    given = {}
  }

  assert {
    condition     = length(output.digests) == 0
    error_message = "An empty map is an answer: nothing runs yet."
  }
}

run "without_a_file_nothing_is_planned" {
  command = plan

  expect_failures = [output.digests]

  variables {
    file = "./tests/none.json"
  }
}

run "a_tag_in_the_file_is_refused" {
  command = plan

  expect_failures = [output.digests]

  variables {
    file = "./tests/tags.json"
  }
}

run "a_tag_that_is_given_is_refused" {
  command = plan

  expect_failures = [output.digests]

  variables {
    given = { api = "sha256:2222" }
  }
}

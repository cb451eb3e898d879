run "every_price_is_a_number_above_nothing" {
  command = plan

  assert {
    condition     = alltrue([for key, price in output.usd : price > 0 if !contains(["as_of", "source"], key)])
    error_message = "A price is missing."
  }
}

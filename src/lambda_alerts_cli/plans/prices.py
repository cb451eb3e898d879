"""What AWS charges for what a plan changes: approximate, for orientation, the same for every region."""

AS_OF = "November 2026"
SOURCE = "https://aws.amazon.com/cloudwatch/pricing/"
# US dollars a month; us-east-1's list, which other regions exceed by up to a third.
ALARM_METRIC = 0.10  # each metric that an alarm reads; the first ten of an account are free
HIGH_RESOLUTION_METRIC = 0.30  # with periods of less than a minute
COMPOSITE_ALARM = 0.50
LOG_GIGABYTE = 0.03  # kept for a month; AWS counts it compressed, so this is the upper end
DAYS_OF_A_MONTH = 30

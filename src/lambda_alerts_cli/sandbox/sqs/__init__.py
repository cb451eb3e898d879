"""What moto's SQS lacks: its metrics."""

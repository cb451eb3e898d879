"""What a Terraform plan means to people: changes in plain words, dangers, coverage and cost."""

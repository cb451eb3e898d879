"""Amazon ECR: repositories, and the registry that images are really pushed to."""

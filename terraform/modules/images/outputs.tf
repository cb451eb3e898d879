output "digests" {
  description = "Digest of each function's image."
  value       = local.digests

  precondition {
    condition     = local.known
    error_message = "No image digests are known for this workspace: run `lambda-alerts plan`, which reads them from the state, or write ${var.file} (function => sha256:<64 hex digits>; {} before the first deploy)."
  }

  precondition {
    condition     = length(local.wrong) == 0
    error_message = "An image is named by its digest, sha256:<64 hex digits>, because Lambda resolves a tag only once; these are not: ${join(", ", local.wrong)}. They stand in ${var.given == null ? var.file : "the variable images"}."
  }
}

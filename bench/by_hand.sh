#!/bin/bash
# A changed deploy with the same docker and terraform commands, as a careful person would type them.
set -euo pipefail
repository=$1 function=$2
url=$(terraform -chdir=terraform output -json repositories | python3 -c "import json, sys; print(json.load(sys.stdin)['$function'])")
image=$url:by-hand-$(date +%s%N)
docker buildx build --platform linux/arm64 --provenance=false --sbom=false --load --progress=plain --tag "$image" .
docker run --rm --platform linux/arm64 --network none --entrypoint python3 "$image" -c 'import lambda_function; lambda_function.handler'
config=$(mktemp -d)
trap 'rm -rf "$config"' EXIT
python3 - "$url" "$config" <<'PY'
import base64, boto3, json, sys
token = boto3.client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
json.dump({"auths": {sys.argv[1].split("/")[0]: {"auth": token}}}, open(f"{sys.argv[2]}/config.json", "w"))
PY
digest=$(docker --config "$config" push "$image" | sed -n 's/.*digest: \(sha256:[0-9a-f]*\).*/\1/p')
export TF_VAR_images="{\"$function\":\"$digest\"}"
cd terraform
terraform plan -input=false -no-color -out="$config/plan"
terraform show -json "$config/plan" >/dev/null
terraform apply -input=false -no-color "$config/plan"
terraform output -json >/dev/null
python3 -c "
import boto3
for waiter in ('function_active_v2', 'function_updated_v2'):
    boto3.client('lambda').get_waiter(waiter).wait(FunctionName='$repository')"

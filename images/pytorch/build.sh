#!/usr/bin/env bash
# Builds the PyTorch image: JupyterLab's layer, and Debian's PyTorch on top. Usage: build.sh NAME:TAG OUTPUT.tar WORK-FOLDER JUPYTERLAB-LAYER.tar
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 output=$2 work=$3 base=$4

echo "step: installing Debian packages"
"$here/../extend.sh" "$base" "$here/packages.txt" "$work/layer.tar" "$work" \
  "cp \"\$(find \"\$1/usr/lib\" -name digits.csv.gz | head -n 1)\" '$work/digits.csv.gz'" \
  'rm -rf "$1"/usr/lib/libtorch-test'

# The digits data set of scikit-learn is the sample course's data: real, small, and already in the package.
mv "$work/digits.csv.gz" "$(dirname "$output")/digits.csv.gz"

echo "step: packing the image"
"$here/../archive.sh" "$name" "$(cat "$here/../jupyterlab/config.json")" "$output" "$base" "$work/layer.tar"

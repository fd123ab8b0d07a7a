#!/usr/bin/env bash
# Builds the C and C++ image: JupyterLab's layer, and Debian's compilers on top. Usage: build.sh NAME:TAG OUTPUT.tar WORK-FOLDER JUPYTERLAB-LAYER.tar
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 output=$2 work=$3 base=$4

echo "step: installing Debian packages"
# Looks into the compiler's own intermediate files; nobody else has a use for it.
"$here/../extend.sh" "$base" "$here/packages.txt" "$work/layer.tar" "$work" 'rm -f "$1"/usr/bin/*lto-dump*'

echo "step: packing the image"
"$here/../archive.sh" "$name" "$(cat "$here/../jupyterlab/config.json")" "$output" "$base" "$work/layer.tar"

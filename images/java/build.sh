#!/usr/bin/env bash
# Builds the Java image: JupyterLab's layer, and Debian's JDK and Maven on top. Usage: build.sh NAME:TAG OUTPUT.tar WORK-FOLDER JUPYTERLAB-LAYER.tar
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 output=$2 work=$3 base=$4

echo "step: installing Debian packages"
"$here/../extend.sh" "$base" "$here/packages.txt" "$work/layer.tar" "$work" "cp '$here/mavenrc' \"\$1/etc/mavenrc\""

echo "step: packing the image"
"$here/../archive.sh" "$name" "$(cat "$here/../jupyterlab/config.json")" "$output" "$base" "$work/layer.tar"

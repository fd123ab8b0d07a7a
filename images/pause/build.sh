#!/usr/bin/env bash
# Builds the sandbox image. Usage: build.sh NAME:TAG OUTPUT.tar WORK-FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$1 output=$2 work=$3
mkdir -p "$work/root"
echo "step: compiling pause"
cc -Os -static -s -o "$work/root/pause" "$here/pause.c"
tar --create --file "$work/layer.tar" --sort=name --mtime=@1767225600 --owner=0 --group=0 --directory "$work/root" pause
"$here/../archive.sh" "$name" '{"Entrypoint":["/pause"]}' "$output" "$work/layer.tar"

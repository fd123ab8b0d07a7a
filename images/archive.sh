#!/usr/bin/env bash
# Packs one layer as a docker-archive, which `ctr images import` and `docker load` read.
# Usage: archive.sh NAME:TAG LAYER.tar CONFIG-JSON-FRAGMENT OUTPUT.tar
# The fragment is the image configuration's "config" object (Env, User, Cmd, WorkingDir).
set -euo pipefail
name=$1 layer=$2 config=$3 output=$4
work=$(mktemp -d "$(dirname "$output")/archive.XXXXXX")
trap 'rm -rf "$work"' EXIT

digest=$(sha256sum "$layer" | cut -d' ' -f1)
case $(uname -m) in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) echo "No image can be made on $(uname -m): amd64 and arm64 are supported." >&2; exit 1 ;;
esac
# One fixed time, so that the same layer always gives the same image.
cat > "$work/config.json" <<JSON
{"architecture":"$architecture","os":"linux","created":"2026-01-01T00:00:00Z","config":$config,
 "rootfs":{"type":"layers","diff_ids":["sha256:$digest"]},"history":[{"created":"2026-01-01T00:00:00Z"}]}
JSON
cat > "$work/manifest.json" <<JSON
[{"Config":"config.json","RepoTags":["$name"],"Layers":["layer.tar"]}]
JSON
mv "$layer" "$work/layer.tar"
tar --create --file "$output.partial" --directory "$work" manifest.json config.json layer.tar
mv "$output.partial" "$output"

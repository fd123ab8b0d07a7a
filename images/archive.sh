#!/usr/bin/env bash
# Packs layers, the lowest first, as a docker-archive, which `ctr images import` and `docker load` read.
# Usage: archive.sh NAME:TAG CONFIG-JSON-FRAGMENT OUTPUT.tar LAYER.tar...
# The fragment is the image configuration's "config" object (Env, User, Cmd, WorkingDir).
set -euo pipefail
name=$1 config=$2 output=$3
shift 3
work=$(mktemp -d "$(dirname "$output")/archive.XXXXXX")
trap 'rm -rf "$work"' EXIT

case $(uname -m) in
  x86_64) architecture=amd64 ;;
  aarch64) architecture=arm64 ;;
  *) echo "No image can be made on $(uname -m): amd64 and arm64 are supported." >&2; exit 1 ;;
esac
digests='' history='' names=''
for layer in "$@"; do
  digest=$(sha256sum "$layer" | cut -d' ' -f1)
  # A link where it can be one: layers are large, and images share them.
  ln "$layer" "$work/$digest.tar" 2>/dev/null || cp "$layer" "$work/$digest.tar"
  digests+="${digests:+,}\"sha256:$digest\""
  names+="${names:+,}\"$digest.tar\""
  # One fixed time, so that the same layers always give the same image.
  history+="${history:+,}{\"created\":\"2026-01-01T00:00:00Z\"}"
done
cat > "$work/config.json" <<JSON
{"architecture":"$architecture","os":"linux","created":"2026-01-01T00:00:00Z","config":$config,
 "rootfs":{"type":"layers","diff_ids":[$digests]},"history":[$history]}
JSON
cat > "$work/manifest.json" <<JSON
[{"Config":"config.json","RepoTags":["$name"],"Layers":[$names]}]
JSON
tar --create --file "$output.partial" --directory "$work" --hard-dereference manifest.json config.json $(cd "$work" && ls -- *.tar)
mv "$output.partial" "$output"

#!/usr/bin/env bash
# Installs Debian packages on top of a layer, and packs what that adds and changes as a layer of its own.
# Usage: extend.sh BASE-LAYER.tar PACKAGES.txt LAYER.tar WORK-FOLDER [HOOK...]
# A hook is a command that mmdebstrap runs once the packages are there, with the image's root as $1.
set -euo pipefail
base=$1 packages=$(sed 's/#.*//' "$2" | xargs) output=$3 work=$4
shift 4
mkdir -p "$work"
hooks=()
for hook in "$@"; do hooks+=("--customize-hook=$hook"); done

# What has changed since the base was unpacked is told by the files' change times, which no package can set. Nothing may be taken away
# that the base holds: a layer of its own would have to say so.
cat > "$work/pack.sh" <<'PACK'
set -euo pipefail
cd "$1"
find . -mindepth 1 \( -path ./dev -o -path ./proc -o -path ./sys -o -path ./run -o -path ./tmp -o -path ./var/lib/apt/lists -o -path ./var/cache/apt -o -path ./var/log \) -prune \
  -o -newerct "@$(stat -c %Z "$2/unpacked")" ! -path ./etc/resolv.conf ! -path ./etc/hostname -print0 > "$2/changed"
tar --create --file "$3" --no-recursion --null --files-from "$2/changed"
PACK

# mmdebstrap refreshes apt's lists itself, by the sources that the base brings. Java's packages link pages into the manual, and end
# where its folder is missing.
TMPDIR=$work mmdebstrap --variant=custom --mode=root \
  --setup-hook="tar -C \"\$1\" -xf '$base' --exclude='./dev/*'; touch '$work/unpacked'" \
  --customize-hook='mkdir -p "$1/usr/share/man/man1"' \
  --customize-hook="chroot \"\$1\" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet $packages" \
  "${hooks[@]}" \
  --customize-hook="bash '$work/pack.sh' \"\$1\" '$work' '$output.partial'" \
  '' /dev/null
mv "$output.partial" "$output"

# Sourced by the recipes: the Debian mirror this machine already uses, so that a site's own mirror is honoured.
# MESONET_DEBIAN_MIRROR overrides it.
debian_mirror() {
  local mirror=${MESONET_DEBIAN_MIRROR:-}
  if [[ -z "$mirror" ]]; then
    # Both forms of apt's sources (one line, deb822), and the lists that cloud images point to; a main archive's address ends in /debian.
    mirror=$(grep -hEv '^[[:space:]]*#' /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/mirrors/*.list 2>/dev/null \
      | grep -oE '[a-z+]+://[^ ]+/debian/?([[:space:]]|$)' | head -n 1 | tr -d '[:space:]' || true)
  fi
  if [[ -z "$mirror" ]]; then
    echo "No Debian mirror is configured in /etc/apt. Set MESONET_DEBIAN_MIRROR to a mirror's address." >&2
    return 1
  fi
  echo "$mirror"
}

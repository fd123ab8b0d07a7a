# Sourced by the recipes: the Debian mirror this machine already uses, so that a site's own mirror is honoured.
# MESONET_DEBIAN_MIRROR overrides it.
debian_mirror() {
  if [[ -n "${MESONET_DEBIAN_MIRROR:-}" ]]; then
    echo "$MESONET_DEBIAN_MIRROR"
    return
  fi
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null \
    | grep -v -- '-security' | head -n 1)
  if [[ -z "$mirror" ]]; then
    echo "No Debian mirror is configured in apt. Run 'apt-get update', or set MESONET_DEBIAN_MIRROR to a mirror's address." >&2
    return 1
  fi
  echo "$mirror"
}

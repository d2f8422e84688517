#!/bin/sh
# Installs a built Tandem: the program under PREFIX/lib/tandem, the command PREFIX/sbin/tandem, the systemd
# units. Needs no network. Run `npm ci && npm run build` first (or `npm start` or `npm test`, which do both).
#
#   deploy/install.sh                  install
#   deploy/install.sh --with-ipvsadm   the same, and the command ipvsadm where there is none
#   deploy/install.sh --uninstall      remove what install put there; configuration and defaults stay
#   deploy/install.sh --help           this text
#
# DESTDIR  stage below this directory instead of / (for packages)
# PREFIX   default /usr
# UNITDIR  where systemd units go, default PREFIX/lib/systemd/system (/lib is a link to /usr/lib on Debian)
# NODE     Node to write into the command; default: the one found in PATH when Tandem starts
set -eu

source=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
destdir=${DESTDIR:-}
prefix=${PREFIX:-/usr}
unitdir=${UNITDIR:-$prefix/lib/systemd/system}
program=$prefix/lib/tandem
# Of a director, and of a host that is a real server.
units='tandem.service tandem-realserver.service'
target=$destdir$program
ipvsadm=$destdir$prefix/sbin/ipvsadm

say() { printf '%s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

# Where shells of Debian look for the completions of packages.
completions() { # COMMAND: called with the name below deploy/completions and the place to install it
  share=$destdir$prefix/share
  "$1" tandem.bash "$share/bash-completion/completions/tandem"
  "$1" _tandem "$share/zsh/vendor-completions/_tandem"
  "$1" tandem.fish "$share/fish/vendor_completions.d/tandem.fish"
}

remove_completion() { rm -f -- "$2"; }
install_completion() { install -D -m 0644 "$source/deploy/completions/$1" "$2"; }

uninstall() {
  rm -rf -- "$target" "$destdir/var/cache/tandem"
  rm -f -- "$destdir$prefix/sbin/tandem"
  for unit in $units; do rm -f -- "$destdir$unitdir/$unit"; done
  [ "$(readlink -- "$ipvsadm")" != tandem ] || rm -f -- "$ipvsadm"
  completions remove_completion
  say "removed from ${destdir:-/}"
}

check_built() {
  command -v node >/dev/null || fail 'node (20 or later) is not installed'
  [ -f "$source/bundle/dist/main.js" ] || fail 'not built: run npm ci && npm run build first'
}

install_program() {
  # A new tree beside the old one, then exchanged. A running Tandem starts its processes from the new one, which must be of one version.
  was_there=
  [ -e "$target" ] && was_there=yes
  rm -rf -- "$target.new"
  mkdir -p -- "$target.new"
  cp -R -- "$source/bundle/." "$target.new"
  rm -rf -- "$target"
  mv -- "$target.new" "$target"
}

install_files() {
  mkdir -p -- "$destdir$prefix/sbin" "$destdir$unitdir" "$destdir/etc/default"
  # Formerly a link: what is behind it is not to be written to.
  rm -f -- "$destdir$prefix/sbin/tandem"
  sed -e "s|@LIB@|$program|" -e "s|@NODE@|${NODE:-node}|" "$source/deploy/tandem.sh" \
    >"$destdir$prefix/sbin/tandem"
  chmod 0755 "$destdir$prefix/sbin/tandem"
  for unit in $units; do
    install -m 0644 "$source/deploy/systemd/$unit" "$destdir$unitdir/$unit"
    [ "$prefix" = /usr ] || sed -i "s|/usr/sbin/tandem|$prefix/sbin/tandem|" "$destdir$unitdir/$unit"
  done
  [ -e "$destdir/etc/default/tandem" ] ||
    install -m 0644 "$source/deploy/systemd/tandem.default" "$destdir/etc/default/tandem"
  completions install_completion
  # Compiled code, kept by Node: src/daemon/frame/compile-cache.ts.
  mkdir -p -- "$destdir/var/cache/tandem"
}

# Only where there is none: a package's program is not ours to replace.
link_ipvsadm() {
  [ "$(readlink -- "$ipvsadm")" = tandem ] && return
  [ ! -e "$ipvsadm" ] || fail "there is another program $ipvsadm: remove its package first (apt-get remove ipvsadm), then run this again"
  ln -s -- tandem "$ipvsadm"
  say "installed: $ipvsadm"
}

# The comment above.
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$source/deploy/install.sh"; }

case ${1:-} in
  -h | --help) usage ;;
  --uninstall) uninstall ;;
  '' | --with-ipvsadm)
    check_built
    umask 022
    install_program
    install_files
    say "installed: $destdir$prefix/sbin/tandem, $destdir$unitdir/tandem.service"
    [ -z "${1:-}" ] || link_ipvsadm
    if [ -z "$destdir" ] && [ -n "$was_there" ]; then
      say 'restart a Tandem that runs NOW: systemctl daemon-reload, then systemctl restart tandem (or tandem restart);'
      say 'until then its processes are of two versions'
    elif [ -z "$destdir" ]; then
      say 'next: tandem check, then systemctl daemon-reload, then systemctl enable --now tandem'
    fi
    ;;
  *) fail "unknown argument $1; try --help" ;;
esac

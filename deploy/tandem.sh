#!/bin/sh
# The command `tandem`, and `keepalived` or `ipvsadm` where a link of that name leads here. confine takes the signals that
# Node would die of, or open its debugger for, and becomes Node with an environment that does not steer it.
# install.sh writes the two paths in.
lib=@LIB@
node=@NODE@
name=tandem
hold=
case ${0##*/} in
  keepalived) name=keepalived hold=--hold-hangups ;;
  ipvsadm) name=ipvsadm ;;
esac
case $name:${1:-} in tandem:run | tandem:-*) hold=--hold-hangups ;; esac
[ -z "$hold" ] || trap '' HUP
trap '' USR1 USR2
unset NODE_OPTIONS NODE_COMPILE_CACHE NODE_EXTRA_CA_CERTS NODE_PATH NODE_V8_COVERAGE
built=$lib/build
# A name that no host can have: where Node lacks --disable-sigusr1, its debugger can listen nowhere.
nowhere=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx:0
exec "$built/confine" $hold --preload "$built/early.so" -- \
  "$node" --inspect-port="$nowhere" "$lib/bin/$name" "$@"

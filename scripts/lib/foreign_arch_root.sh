# shellcheck shell=bash
# Run in a fresh mount namespace: makes ROOT its root, with DIRECTORY... of the old one in it.
#
#   foreign_arch_root.sh ROOT DIRECTORY...
set -eu
root=$1
shift
mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount --rbind /dev dev
mount --rbind /sys sys
mount -t tmpfs tmpfs tmp
for directory in "$@"; do
    mkdir -p ".$directory"
    mount --bind "$directory" ".$directory"
done
mkdir -p old
pivot_root . old
cd /
/old/bin/umount -l /old

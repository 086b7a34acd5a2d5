# shellcheck shell=bash
# The container image, as an OCI archive, by umoci. Sourced by scripts/package.

# What the program stands on, from Debian's archive: the C library, a shell, and OpenSSL for faster digests.
OCI_PACKAGES=(libc6 libgcc-s1 busybox-static libssl3)

# package_oci: floe-VERSION-oci-MACHINE.tar, for `podman load` and `docker load`.
package_oci() {
    local root=$work/oci/root image=$work/oci/image name=floe-$FLOE_VERSION-oci-$FLOE_MACHINE.tar created
    have umoci || die "umoci is missing; install the package umoci"
    created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
    mkdir -p "$root"
    oci_base "$root"
    cp -a "$tree/usr/." "$root/usr/"
    rm -rf "$root/usr/lib/systemd" "$root/usr/lib/sysusers.d" "$root/usr/lib/tmpfiles.d" "$root/usr/lib/floe/services" "$root/usr/share/man"
    normalize "$root"
    oci_layer "$root" >"$work/oci/layer.tar"
    umoci init --layout "$image"
    umoci new --image "$image:$FLOE_VERSION"
    umoci raw add-layer --image "$image:$FLOE_VERSION" --history.created "$created" --history.created_by scripts/package "$work/oci/layer.tar"
    umoci config --image "$image:$FLOE_VERSION" --created "$created" --history.created "$created" --history.created_by scripts/package \
        --architecture "$(deb_architecture | sed s/armhf/arm/)" --os linux --config.user 7079:7079 --config.workingdir /var/lib/floe \
        --config.entrypoint /usr/bin/floe --config.cmd node --config.exposedports 7079/tcp --config.exposedports 7080/tcp \
        --config.volume /var/lib/floe --config.stopsignal SIGTERM --config.env PATH=/usr/bin:/bin --config.env LC_ALL=C.UTF-8 \
        --config.env HOME=/var/lib/floe --config.env FLOE_DATA_DIR=/var/lib/floe/data --config.env FLOE_MESH_KEY=/var/lib/floe/mesh.key \
        --config.env XDG_CONFIG_HOME=/var/lib --config.env FLOE_SOCKET=/run/floe/node.sock \
        --config.label "org.opencontainers.image.version=$FLOE_VERSION" --config.label "org.opencontainers.image.title=floe" \
        --config.label "org.opencontainers.image.licenses=Apache-2.0" --config.label "dev.floe.base=$(oci_versions)"
    umoci gc --layout "$image"
    # The names under which podman and docker know it.
    sed -i "s|\"org.opencontainers.image.ref.name\":\"$FLOE_VERSION\"|\"io.containerd.image.name\":\"localhost/floe:$FLOE_VERSION\",\"org.opencontainers.image.ref.name\":\"localhost/floe:$FLOE_VERSION\"|" "$image/index.json"
    grep -q io.containerd.image.name "$image/index.json" || die "umoci has written another index.json than expected"
    python3 "$FLOE_REPO/scripts/lib/package/docker_manifest.py" "$image" "localhost/floe:$FLOE_VERSION"
    archive "$image" blobs index.json manifest.json oci-layout >"$output/$name"
    made "$name"
}

# oci_base ROOT: the packages above, without documentation, and the user of the node.
oci_base() {
    local cache name file
    cache=$FLOE_DOWNLOADS/debian-$(deb_architecture)
    mkdir -p "$cache" "$1"/{etc,dev,proc,sys,run,tmp,var/lib/floe,usr/bin,usr/lib,usr/lib64,usr/sbin}
    (cd "$cache" && apt-get download -q "${OCI_PACKAGES[@]}" >"$work/oci/download.log" 2>&1) || {
        cat "$work/oci/download.log" >&2
        die "Debian's archive does not have ${OCI_PACKAGES[*]}"
    }
    for name in bin sbin lib lib64; do ln -s "usr/$name" "$1/$name"; done
    for name in "${OCI_PACKAGES[@]}"; do
        file=$(oci_newest "$cache" "$name")
        dpkg-deb --fsys-tarfile "$file" | tar -C "$1" -x --keep-directory-symlink --exclude=./usr/share --exclude=./usr/lib/systemd --exclude=./etc/ld.so.conf.d
        basename "$file" >>"$work/oci/packages"
    done
    # Tables of character sets that nobody converts; a name service other than files.
    rm -rf "$1"/usr/lib/*/gconv "$1"/lib/*/gconv "$1/usr/lib/locale"
    for name in sh ash cat chmod cp date dirname env grep head id ls mkdir mv readlink rm sed sort tail tr uname; do
        ln -sf busybox "$1/usr/bin/$name"
    done
    printf 'root:x:0:0:root:/root:/usr/sbin/nologin\nfloe:x:7079:7079:Floe:/var/lib/floe:/bin/sh\n' >"$1/etc/passwd"
    printf 'root:x:0:\nfloe:x:7079:\n' >"$1/etc/group"
    printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$1/etc/nsswitch.conf"
    mkdir -p "$1/run/floe"
}

oci_newest() { find "$1" -name "$2_*.deb" | sort -V | tail -n 1; }

oci_versions() { LC_ALL=C sort "$work/oci/packages" | sed 's/_[a-z0-9]*\.deb$//; s/%3a/:/' | paste -s -d ' '; }

# oci_layer ROOT: all files belong to root but the directories in which the node writes.
oci_layer() {
    chmod 1777 "$1/tmp"
    tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=gnu \
        --exclude=./var/lib/floe --exclude=./run/floe -cf "$work/oci/system.tar" .
    tar -C "$1" --sort=name --owner=7079 --group=7079 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=gnu \
        -cf "$work/oci/own.tar" ./run/floe ./var/lib/floe
    tar --concatenate --file="$work/oci/system.tar" "$work/oci/own.tar"
    cat "$work/oci/system.tar"
}

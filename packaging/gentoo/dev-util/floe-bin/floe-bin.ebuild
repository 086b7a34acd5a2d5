# Distributed under the terms of the Apache License, version 2.0

EAPI=8

inherit tmpfiles unpacker

DESCRIPTION="Peer-to-peer compile mesh for C and C++"
HOMEPAGE="@homepage@"
SRC_URI="
	amd64? ( @homepage@/releases/download/v${PV}/floe-${PV}-linux-x86_64.tar.zst )
	arm64? ( @homepage@/releases/download/v${PV}/floe-${PV}-linux-aarch64.tar.zst )
"
S="${WORKDIR}/floe"

LICENSE="Apache-2.0 GPL-2-with-classpath-exception BSD BSD-2 0BSD MIT-0 EPL-2.0 LGPL-2.1+"
SLOT="0"
KEYWORDS="~amd64 ~arm64"
RESTRICT="strip"
QA_PREBUILT="usr/bin/floe usr/bin/floe-cc usr/lib/floe/*"

BDEPEND="app-arch/zstd"
RDEPEND="
	acct-group/floe
	acct-user/floe
	sys-libs/glibc
"

src_install() {
	# With the modes that the files have.
	mkdir -p "${ED}/usr" || die
	cp -a bin lib share "${ED}/usr/" || die
	rm "${ED}/usr/lib/floe/uninstall" || die
	newinitd lib/floe/services/openrc/floe floe
	newconfd lib/floe/services/openrc/floe.confd floe
	keepdir /etc/floe /usr/lib/floe/compilers
}

pkg_postinst() {
	tmpfiles_process floe.conf
	"${EROOT}/usr/lib/floe/update-compilers" --quiet
	"${EROOT}/usr/lib/floe/stop-nodes" --outdated
	elog "Neither service is enabled: 'floe setup', rc-update or systemctl does that."
	elog "After a compiler is installed or removed, run 'floe compilers'. In /etc/portage/bashrc:"
	elog "  post_pkg_postinst() { case \${CATEGORY}/\${PN} in sys-devel/gcc|llvm-core/clang) floe compilers --quiet ;; esac; }"
}

pkg_prerm() {
	if [[ -z ${REPLACED_BY_VERSION} ]]; then
		"${EROOT}/usr/lib/floe/stop-nodes"
		"${EROOT}/usr/lib/floe/update-compilers" --remove
	fi
}

pkg_postrm() {
	if [[ -z ${REPLACED_BY_VERSION} ]]; then
		rm -rf "${EROOT}"/var/lib/floe/* "${EROOT}/var/cache/floe" "${EROOT}/run/floe"
		[[ ! -e ${EROOT}/etc/floe/mesh.key ]] || elog "Kept ${EROOT}/etc/floe/mesh.key; remove it if this machine leaves the mesh for good."
	fi
}

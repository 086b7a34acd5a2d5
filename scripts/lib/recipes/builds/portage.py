"""Portage, with a repository of one package: the namespaces and the user that it gives a build are its own."""

import os
import pathlib

from recipes.recipe import NotHere, Place, Recipe

CHECKOUT, REPOSITORY = "/opt/portage", "/var/db/repos/test"
USERS = "groupadd --gid 250 portage\nuseradd --uid 250 --gid 250 --home-dir /var/lib/portage/home --create-home portage"
FILES = {
    "/etc/portage/repos.conf": f"[DEFAULT]\nmain-repo = test\n[test]\nlocation = {REPOSITORY}\nauto-sync = no\n",
    "/etc/portage/make.conf": 'FEATURES="-sandbox -usersandbox"\nMAKEOPTS="-j4"\n',
    f"{REPOSITORY}/metadata/layout.conf": "masters =\nthin-manifests = true\nsign-manifests = false\n",
    f"{REPOSITORY}/profiles/repo_name": "test\n",
    f"{REPOSITORY}/profiles/arch.list": "amd64\n",
    f"{REPOSITORY}/profiles/categories": "dev-libs\n",
    f"{REPOSITORY}/profiles/test/eapi": "8\n",
    f"{REPOSITORY}/profiles/test/make.defaults": 'ARCH="amd64"\nACCEPT_KEYWORDS="amd64"\nCHOST="x86_64-linux-gnu"\nCFLAGS="-O2"\nELIBC="glibc"\nKERNEL="linux"\n',
    f"{REPOSITORY}/dev-libs/lzo/lzo-2.10.ebuild": """EAPI=8
DESCRIPTION="compression"
HOMEPAGE="https://example.invalid"
SRC_URI="https://example.invalid/lzo-2.10.tar.gz"
LICENSE="metapackage"
SLOT="0"
KEYWORDS="amd64"
""",
    # What baselayout has on Gentoo.
    "/etc/env.d/50baselayout": 'PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n',
}
SETUP = f"""{USERS}
ln -s {REPOSITORY}/profiles/test /etc/portage/make.profile
ln -s {CHECKOUT}/bin/emerge {CHECKOUT}/bin/ebuild {CHECKOUT}/bin/env-update /usr/local/bin
for name in tar make patch sed find xargs awk; do
    ln -s /usr/bin/$name /usr/local/bin/g$name
done
mkdir -p /var/cache/distfiles {REPOSITORY}/licenses
echo free >{REPOSITORY}/licenses/metapackage
cp /home/builder/lzo2_2.10.orig.tar.gz /var/cache/distfiles/lzo-2.10.tar.gz
ebuild {REPOSITORY}/dev-libs/lzo/lzo-2.10.ebuild manifest"""


def make_gentoo(place: Place) -> None:
    checkout = os.environ.get("FLOE_PORTAGE")
    if not checkout:
        raise NotHere("Portage is not in Debian; FLOE_PORTAGE=DIRECTORY names a checkout of it")
    place.copy(pathlib.Path(checkout), CHECKOUT)
    for path, text in FILES.items():
        place.write(path, text)
    place.run(SETUP, as_root=True)


RECIPES = [
    Recipe("portage", "build-systems/portage.md", "Portage", packages=("python3", "python-is-python3", "rsync", "file", "wget", "xz-utils", "locales", "zstd"), source="lzo2", prepare=make_gentoo, least=20),
]

# shellcheck shell=bash
# Keys of package archives, believed by their fingerprint alone.

# The key that signs Adoptium's archive of JDKs.
# shellcheck disable=SC2034
ADOPTIUM_FINGERPRINT=3B04D753C9050D9A5D343F39843C48A565F8F04B

# expect_key FILE FINGERPRINT: fails, saying why, unless the file holds the public key of this fingerprint and no other.
expect_key() {
    local home listed found
    home=$(mktemp -d) || return
    if ! listed=$(GNUPGHOME=$home gpg --batch --quiet --no-autostart --show-keys --with-colons "$1" 2>/dev/null); then
        listed=
    fi
    rm -rf "$home"
    # After the line of each primary key comes that of its fingerprint.
    found=$(awk -F: '$1 == "pub" { primary = 1 } $1 == "fpr" && primary { print $10; primary = 0 }' <<<"$listed")
    if [ "$found" != "$2" ]; then
        found=${found//$'\n'/ and }
        warn "the archive's key is not trusted: its fingerprint is ${found:-none}, and $2 is expected"
        return 1
    fi
}

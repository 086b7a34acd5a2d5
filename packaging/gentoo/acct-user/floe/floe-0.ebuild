# Distributed under the terms of the Apache License, version 2.0

EAPI=8

inherit acct-user

DESCRIPTION="The user of the Floe compile mesh"
ACCT_USER_ID=-1
ACCT_USER_GROUPS=( floe )
ACCT_USER_HOME=/var/lib/floe
ACCT_USER_HOME_PERMS=0700

acct-user_add_deps

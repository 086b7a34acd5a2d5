# Distributed under the terms of the Apache License, version 2.0

EAPI=8

inherit acct-group

ACCT_GROUP_ID=-1

#!/bin/sh
# git's tests of helpers that keep a credential with its 'authtype'. Runs in the
# folder of git's tests, with the helper in GIT_TEST_CREDENTIAL_HELPER.
# shellcheck disable=SC2016,SC2034
test_description='external credential helpers and authtype'

# shellcheck disable=SC1091
. ./test-lib.sh
# shellcheck disable=SC1091
. "$TEST_DIRECTORY/lib-credential.sh"

helper_test_authtype "$GIT_TEST_CREDENTIAL_HELPER"

# Later versions of the library ask this too; 2.47's does not.
test_expect_success 'a request without the capability gets neither' '
	check fill $GIT_TEST_CREDENTIAL_HELPER <<-\EOF
	protocol=https
	host=git.example.com
	username=foobar
	--
	protocol=https
	host=git.example.com
	username=foobar
	password=askpass-password
	--
	askpass: Password for '\''https://foobar@git.example.com'\'':
	EOF
'

test_done

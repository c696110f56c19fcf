#!/bin/sh
# git's tests of helpers that keep a credential with its 'authtype'. Runs in the
# folder of git's tests, with the helper in GIT_TEST_CREDENTIAL_HELPER.
# shellcheck disable=SC2034
test_description='external credential helpers and authtype'

# shellcheck disable=SC1091
. ./test-lib.sh
# shellcheck disable=SC1091
. "$TEST_DIRECTORY/lib-credential.sh"

helper_test_authtype "$GIT_TEST_CREDENTIAL_HELPER"

test_done

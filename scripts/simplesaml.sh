#!/usr/bin/env bash
# Prints the folder of SimpleSAMLphp: the system's, or the copy that scripts/prepare-tests.sh unpacked. Fails when there
# is none, or no PHP with XML and mbstring to run it.
set -uo pipefail
cd "$(dirname "$0")/.."

php -r 'exit(extension_loaded("dom") && extension_loaded("mbstring") ? 0 : 1);' 2>/dev/null || exit 1
for folder in /usr/share/simplesamlphp "$PWD/${VENV:-.venv}/simplesamlphp/usr/share/simplesamlphp"; do
    [ -f "$folder/www/saml2/idp/SSOService.php" ] && echo "$folder" && exit 0
done
exit 1

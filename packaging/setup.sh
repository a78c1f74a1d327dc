#!/bin/sh
# Makes .venv with the locked packages and, as root on Debian or Ubuntu, installs the few system libraries that Qt needs.
# usage: setup.sh run|test
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
case "$purpose" in
    run) lock=packaging/requirements.lock ;;
    test) lock=packaging/requirements-dev.lock ;;
    *) echo "usage: $0 run|test" >&2; exit 2 ;;
esac

as_root_on_debian() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

apt_install() {
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

is_installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

wanted_packages() {
    grep -hv '^#' packaging/debian-packages.txt
    [ "$purpose" = run ] || grep -hv '^#' packaging/debian-packages-test.txt
}

install_system_libraries() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    missing=$(for package in $(wanted_packages); do
        is_installed "$package" || is_installed "${package}t64" || echo "$package"
    done)
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086
    if as_root_on_debian; then
        echo "Installing system libraries: $(echo $missing)"
        apt_install $missing
    else
        echo "System libraries are missing. Install them once with:"
        echo "    sudo apt-get install $(echo $missing)"
    fi
}

find_python() {
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    echo "error: no Python 3.11, 3.12 or 3.13 was found" >&2
    echo "advice: install python3.11 (Debian: apt-get install python3 python3-venv), or set PYTHON to it" >&2
    return 2
}

make_environment() {
    [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return 0
    python=$(find_python)
    "$python" -m venv .venv 2>/dev/null && return 0
    rm -rf .venv
    if as_root_on_debian; then
        apt_install python3-venv
        "$python" -m venv .venv
    else
        echo "error: Python's venv module is missing" >&2
        echo "advice: sudo apt-get install python3-venv, then run this again" >&2
        exit 2
    fi
}

pip_install() {
    quiet=--quiet
    [ ! -t 1 ] || quiet=
    # shellcheck disable=SC2086
    .venv/bin/python -m pip install $quiet --disable-pip-version-check --no-deps "$@" && return 0
    echo "error: the packages could not be installed" >&2
    echo "advice: check the network and the free space (7 GB on Linux), then run the same command again" >&2
    exit 2
}

install_packages() {
    stamp=.venv/installed-$purpose
    wanted=$(cat "$lock" packaging/requirements-build.lock pyproject.toml | cksum)
    [ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ] && return 0
    [ "$purpose" = run ] && [ "$(cat .venv/installed-test 2>/dev/null || true)" \
        = "$(cat packaging/requirements-dev.lock packaging/requirements-build.lock pyproject.toml | cksum)" ] && return 0
    echo "Installing the packages of $lock."
    echo "On Linux this downloads about 3.3 GB once (torch brings its CUDA libraries; 7 GB on disk); elsewhere about 0.5 GB."
    pip_install -r packaging/requirements-build.lock -r "$lock"
    pip_install --no-build-isolation --editable . # what builds is locked, too: nothing else is asked of the registry
    echo "$wanted" > "$stamp"
}

install_system_libraries
make_environment
install_packages

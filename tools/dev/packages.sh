# What Weft needs from outside, and how it gets here. Alternatives (`a|b`) are tried in order: Debian 12's name first,
# then Ubuntu 24.04's. A trailing `?` marks what only makes builds faster.

readonly packages_build="g++ cmake ninja-build pkg-config binutils mold? ccache?
    libboost1.81-dev|libboost1.83-dev libfmt-dev libexpected-dev libssl-dev libsqlite3-dev libpcre2-dev
    libcurl4-openssl-dev libyaml-cpp-dev libcli11-dev libjemalloc-dev libzstd-dev python3 python3-venv"
readonly packages_lint="python3 clang-format-19|clang-format-18 clang-tidy-19|clang-tidy-18"
readonly packages_fuzz="clang-19|clang-18 libclang-rt-19-dev|libclang-rt-18-dev"
readonly packages_test="$packages_build $packages_lint $packages_fuzz doctest-dev librapidcheck-dev rapidjson-dev
    libbenchmark-dev util-linux curl"
readonly packages_bench="$packages_build libbenchmark-dev libboost-json1.81-dev|libboost-json1.83-dev wrk"

# Node this old cannot run the current AWS SDK; Debian 12 has 18.
readonly node_major_min=20

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else echo "not root, and sudo is missing: run as root: $*" >&2; return 1; fi
}

# The packages of a list that are not installed, one a line, alternatives kept.
packages_missing() {
    local installed item name found
    installed=" $(dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | tr '\n' ' ') "
    for item in $1; do
        found=
        for name in ${item//[|?]/ }; do
            case $installed in *" $name "*) found=1 ;; esac
        done
        [ -n "$found" ] || printf '%s\n' "$item"
    done
}

# Installs the missing packages of a list: the first alternative that this system offers.
apt_install() {
    local item name chosen='' got offered names=$*
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq || echo "apt-get update failed; trying the lists at hand"
    # shellcheck disable=SC2086
    offered=" $(LC_ALL=C apt-cache policy ${names//[|?]/ } 2>/dev/null |
        awk '/^[^ ].*:$/ { name = substr($1, 1, length($1) - 1) } /Candidate: [^(]/ { printf "%s ", name }')"
    for item in "$@"; do
        got=
        for name in ${item//[|?]/ }; do
            case $offered in *" $name "*) got=$name; break ;; esac
        done
        case $got$item in
            *\?) [ -n "$got" ] && chosen+=" $got" || echo "$item is not offered here; going on without it" ;;
            *) [ -n "$got" ] || { echo "none of $item is offered by this system's package lists" >&2; return 1; }
               chosen+=" $got" ;;
        esac
    done
    # shellcheck disable=SC2086
    [ -z "$chosen" ] || as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $chosen
}

need_packages() {
    local missing
    command -v dpkg-query >/dev/null ||
        { note "  this is no Debian or Ubuntu: the libraries named in tools/dev/packages.sh must be here already"; return 0; }
    missing=$(packages_missing "$1")
    [ -n "$missing" ] || return 0
    missing=$(tr '\n' ' ' <<<"$missing")
    if [ -n "${WEFT_NO_INSTALL:-}" ]; then
        note "  missing packages, not installed because WEFT_NO_INSTALL is set: $missing"
        return 0
    fi
    say "  installing with apt-get: $missing"
    # shellcheck disable=SC2086
    step "install $(wc -w <<<"$missing") packages" apt_install $missing || die "the packages could not be installed"
    hash -r
}

# Puts a Node of at least node_major_min on PATH: the system's, or the npm package `node` in build/node.
need_node() {
    local major
    PATH=$root/build/node/node_modules/.bin:$PATH
    major=$({ node --version 2>/dev/null || true; } | sed -n 's/^v\([0-9]*\).*/\1/p')
    command -v npm >/dev/null || need_packages "nodejs npm"
    [ "${major:-0}" -lt "$node_major_min" ] || return 0
    say "  Node ${major:-is missing}${major:+ is older than $node_major_min}: fetching the npm package 'node' into build/node"
    mkdir -p build/node
    step "npm package node@22" npm install --prefix build/node --no-audit --no-fund --loglevel=error node@22 ||
        die "Node $node_major_min or newer could not be installed"
    hash -r
}

# need_npm FOLDER: installs what FOLDER/package.json asks for, when it changed.
need_npm() {
    local stamp
    [ -f "$1/package.json" ] || return 0
    need_node
    stamp=$({ cat "$1/package.json" "$1/package-lock.json" 2>/dev/null || true; } | cksum)
    [ "$(cat "$1/node_modules/.weft-stamp" 2>/dev/null)" = "$stamp" ] && return 0
    if [ -f "$1/package-lock.json" ]; then
        step "npm packages of $1" npm ci --prefix "$1" --no-audit --no-fund --loglevel=error
    else
        step "npm packages of $1" npm install --prefix "$1" --no-save --no-package-lock --no-audit --no-fund --loglevel=error
    fi || die "the npm packages of $1 could not be installed"
    printf '%s\n' "$stamp" >"$1/node_modules/.weft-stamp"
}

# need_pypi REQUIREMENTS: a virtual environment in build/venv with what the file asks for, first on PATH.
need_pypi() {
    local stamp
    [ -f "$1" ] || return 0
    stamp=$(cksum <"$1")
    if [ "$(cat build/venv/.weft-stamp 2>/dev/null)" != "$stamp" ]; then
        mkdir -p build
        step "Python packages of $1" make_venv "$1" || die "the Python packages of $1 could not be installed"
        printf '%s\n' "$stamp" >build/venv/.weft-stamp
    fi
    PATH=$root/build/venv/bin:$PATH
}
make_venv() {
    [ -x build/venv/bin/python ] || /usr/bin/python3 -m venv build/venv || python3 -m venv build/venv || return 1
    build/venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$1"
}

# The AWS service models that become part of the binary, made once for each pinned version of botocore.
need_aws_models() {
    local version file
    version=$(sed -n 's/^botocore==\([^ ]*\).*/\1/p' tools/aws_models.txt)
    file=build/aws-models/models-$version.bin
    [ ! -f "$file" ] || return 0
    step "AWS service models of botocore $version" tools/aws_models "$file" ||
        die "the AWS service models could not be made (without a network, WEFT_BOTOCORE_WHEEL=FILE names the wheel of botocore $version)"
}

# What the tests that drive the release binary need: the AWS SDKs.
need_e2e() {
    local folder
    for folder in examples/rfp tests/e2e/sdk; do need_npm "$folder"; done
    need_pypi tests/e2e/requirements.txt
}

cmd_setup() {
    case ${1:-test} in
        build) need_packages "$packages_build" ;;
        test) need_packages "$packages_test"; need_e2e ;;
        bench) need_packages "$packages_bench" ;;
        *) die "setup knows 'build', 'test' and 'bench', not '$1'" ;;
    esac
    say "  everything that './dev ${1:-test}' needs is here"
}

# Packages of the release binary, below build/package.

cmd_package() {
    build_release || return 1
    step "packages" tools/package --binary build/weft --output build/package || return 1
    ls build/package/* | sed 's/^/  /'
}

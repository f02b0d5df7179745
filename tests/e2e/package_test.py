"""The packages: what is in them starts and serves, and the systemd unit is one."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]


@unittest.skipUnless(shutil.which("dpkg-deb") and shutil.which("readelf"), "this is no Debian")
class Package(weft.Case):
    @classmethod
    def setUpClass(cls):
        cls.out = pathlib.Path(tempfile.mkdtemp(prefix="weft-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.out, ignore_errors=True)
        done = subprocess.run([sys.executable, str(ROOT / "tools" / "package"), "--fast", "--binary", weft.binary(),
                               "--output", str(cls.out)], capture_output=True, text=True, timeout=240)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        cls.deb, cls.tarball = (pathlib.Path(line) for line in done.stdout.split())

    def serves(self, binary, *arguments):
        original, weft._binary = weft._binary, str(binary)
        try:
            server = self.serve(*arguments)
            execution = server.start(server.create("m", weft.PASS))
            self.assertIn(":execution:m:", execution)
            self.assertEqual(server.stop(), 0)
        finally:
            weft._binary = original

    def test_the_debian_package(self):
        root = self.folder / "root"
        subprocess.run(["dpkg-deb", "-x", str(self.deb), str(root)], check=True)
        self.serves(root / "usr/bin/weft", "--config", str(root / "etc/weft/weft.yaml"))
        fields = subprocess.run(["dpkg-deb", "-f", str(self.deb), "Package", "Version", "Depends"], check=True,
                                capture_output=True, text=True).stdout
        version = self.weft("--version").stdout.split()[1]
        self.assertIn(f"Package: weft\nVersion: {version}\n", fields)
        for library in ("libc6", "libssl3", "libsqlite3-0"):
            self.assertIn(library, fields)
        listed = subprocess.run(["dpkg-deb", "-c", str(self.deb)], check=True, capture_output=True, text=True).stdout
        for line in listed.splitlines():
            self.assertIn("root/root", line)
        for file in ("usr/lib/systemd/system/weft.service", "usr/share/bash-completion/completions/weft",
                     "usr/share/doc/weft/copyright", "usr/share/doc/weft/security.md"):
            self.assertTrue((root / file).is_file(), file)
        # The examples in the shipped configuration are ones that the reader takes.
        text = (root / "etc/weft/weft.yaml").read_text()
        self.write("weft.yaml", re.sub(r"^#(?! [A-Z])", "", text, flags=re.M))
        done = self.weft("serve", env=weft.environment(WEFT_SECRET="x", COLLECTOR_AUTHORIZATION="x"))
        self.assert_exit(done, 2)
        self.assertIn("cannot read the certificate '/etc/weft/certificate.pem'", done.stderr)

    def test_the_tarball(self):
        (self.folder / "tar").mkdir()
        subprocess.run(["tar", "-xf", str(self.tarball), "-C", str(self.folder / "tar")], check=True)
        (top,) = (self.folder / "tar").iterdir()
        self.serves(top / "weft")
        self.assertTrue((top / "docs" / "operations.md").is_file())

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze")
    def test_the_systemd_unit(self):
        text = (ROOT / "packaging" / "weft.service").read_text()
        self.write("weft.service", text.replace("/usr/bin/weft", weft.binary()))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(self.folder / "weft.service")],
                              capture_output=True, text=True, timeout=weft.SECONDS_MAX)
        about_it = [line for line in done.stderr.splitlines() if "weft.service" in line]
        self.assertEqual(about_it, [])


if __name__ == "__main__":
    weft.main()

"""Who may ask: signed requests over TLS, from the unmodified AWS SDKs, and everything that is turned away.

Certificates are made here with the `openssl` command; keys are of the test's own making.
"""

import json
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import weft  # noqa: E402
import sdk_test  # noqa: E402

SCRIPTS = pathlib.Path(__file__).parent.resolve() / "sdk"
SECRET, FILE_SECRET, TOKEN = "tOp/Secret+Of=TheTest000000000000000000", "anotherSecretOfTheTest", "aSessionTokenOfTheTest"
CONFIG = """
account: '999988887777'
auth:
  keys:
    - id: AKIATESTONE
      secret_env: TEST_SECRET
    - id: AKIATESTTWO
      secret_file: secret.txt
      account: '111122223333'
    - id: ASIATESTTHREE
      secret_file: secret.txt
      session_token_env: TEST_TOKEN
"""


def setUpModule():
    sdk_test.setUpModule()
    if not shutil.which("openssl"):
        raise RuntimeError("this test needs openssl: ./dev setup test")


class Security(weft.Case):
    def setUp(self):
        super().setUp()
        self.write("weft.yaml", CONFIG)
        self.write("secret.txt", FILE_SECRET + "\n")
        self.env = weft.environment(TEST_SECRET=SECRET, TEST_TOKEN=TOKEN)

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, text=True,
                       timeout=weft.SECONDS_MAX)

    def authority(self):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority")

    def certificate(self, name="server"):
        self.write("extensions", "subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                     "-out", f"{name}.csr", "-subj", f"/CN={name}")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                     "-days", "2", "-extfile", "extensions", "-out", f"{name}.pem")

    def secure(self, *arguments):
        self.authority()
        self.certificate()
        return self.serve("--tls-certificate", "server.pem", "--tls-key", "server.key", *arguments, env=self.env)

    def sdk(self, program, server, key, secret, token=None, url=None):
        env = weft.environment(HOME=str(self.folder), AWS_EC2_METADATA_DISABLED="true", AWS_ACCESS_KEY_ID=key,
                               AWS_SECRET_ACCESS_KEY=secret, WEFT_ENDPOINT=url or server.url,
                               AWS_CA_BUNDLE=str(self.folder / "ca.pem"),
                               NODE_EXTRA_CA_CERTS=str(self.folder / "ca.pem"))
        if token:
            env["AWS_SESSION_TOKEN"] = token
        done = subprocess.run(program, capture_output=True, text=True, timeout=weft.SECONDS_MAX, env=env)
        self.assert_exit(done, 0)
        return json.loads(done.stdout)

    def boto(self, *arguments, **named):
        return self.sdk(["python3", str(SCRIPTS / "signed.py")], *arguments, **named)

    def node(self, *arguments, **named):
        return self.sdk(["node", str(SCRIPTS / "signed.mjs")], *arguments, **named)

    def context(self):
        return ssl.create_default_context(cafile=str(self.folder / "ca.pem"))

    def refused(self, *arguments, says):
        done = self.weft("serve", *arguments, env=self.env)
        self.assert_exit(done, 2)
        self.assertIn(says, done.stderr)
        for secret in (SECRET, FILE_SECRET, TOKEN):
            self.assertNotIn(secret, done.stdout + done.stderr)

    def test_sdks_with_the_right_and_the_wrong_keys(self):
        server = self.secure("--log-level", "debug")
        for ask, own in ((self.boto, "signed-py"), (self.node, "signed-js")):
            with self.subTest(ask=own):
                one = ask(server, "AKIATESTONE", SECRET)
                self.assertEqual(one["arn"], f"arn:aws:states:eu-west-1:999988887777:stateMachine:{own}")
                two = ask(server, "AKIATESTTWO", FILE_SECRET)
                self.assertEqual(two["arn"], f"arn:aws:states:eu-west-1:111122223333:stateMachine:{own}")
                self.assertIn("names", ask(server, "ASIATESTTHREE", FILE_SECRET, TOKEN))

                wrong = ask(server, "AKIATESTONE", SECRET + "x")
                self.assertEqual((wrong["error"], wrong["status"]), ("InvalidSignatureException", 400))
                self.assertIn("does not match the signature you provided", wrong["message"])
                for unknown in (("AKIANOBODY", SECRET), ("ASIATESTTHREE", FILE_SECRET),
                                ("ASIATESTTHREE", FILE_SECRET, "another"), ("AKIATESTONE", SECRET, TOKEN)):
                    self.assertEqual(ask(server, *unknown)["error"], "UnrecognizedClientException")
        # Accounts do not see each other's machines.
        self.assertEqual(self.boto(server, "AKIATESTTWO", FILE_SECRET)["names"], ["signed-js", "signed-py"])
        self.assertEqual(server.stop(), 0)
        for secret in (SECRET, FILE_SECRET, TOKEN):
            self.assertNotIn(secret, "".join(server.errors))

    def test_what_is_not_signed_is_turned_away(self):
        server = self.secure()
        server.context = self.context()
        with self.assertRaises(weft.ApiError) as caught:
            server.call("ListStateMachines")
        self.assertEqual((caught.exception.status, caught.exception.type),
                         (400, "MissingAuthenticationTokenException"))
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/", 403), ("/metrics", 403)):
            try:
                with urllib.request.urlopen(server.url + path, timeout=30, context=server.context) as answer:
                    got = answer.status
            except urllib.error.HTTPError as error:
                got = error.code
            self.assertEqual(got, status, path)

    def test_tls_only_and_1_2_at_least(self):
        server = self.secure()
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(server.url.replace("https:", "http:") + "/healthz", timeout=30)
        self.assertEqual(caught.exception.code, 400)
        self.assertIn(b"https://", caught.exception.read())
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = self.context()
            context.minimum_version = context.maximum_version = version
            context.set_alpn_protocols(["h2", "http/1.1"])
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as plain:
                with context.wrap_socket(plain, server_hostname="localhost") as secured:
                    self.assertEqual(secured.selected_alpn_protocol(), "http/1.1")
        # Someone who trusts another authority does not come in.
        with self.assertRaises(urllib.error.URLError):
            urllib.request.urlopen(server.url + "/healthz", timeout=30)
        # Large bodies and several requests on one connection go through as well.
        import http.client
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, timeout=30, context=self.context())
        for size in (10, 1_000_000, 10):
            connection.request("POST", "/", b"x" * size, {"X-Amz-Target": "AWSStepFunctions.ListStateMachines"})
            answer = connection.getresponse()
            self.assertEqual(answer.status, 400)
            self.assertIn(b"MissingAuthenticationToken", answer.read())
        connection.close()
        self.assertEqual(server.stop(), 0)

    def test_sighup_reads_keys_and_certificate_again(self):
        server = self.secure()
        self.assertIn("arn", self.boto(server, "AKIATESTTWO", FILE_SECRET))
        self.write("secret.txt", "rotated")
        self.certificate("renewed")
        for ending in ("pem", "key"):
            shutil.copy(self.folder / f"renewed.{ending}", self.folder / f"server.{ending}")
        server.signal(signal.SIGHUP)
        end = time.monotonic() + 20
        while not any("read again" in line for line in server.errors):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        self.assertEqual(self.boto(server, "AKIATESTTWO", FILE_SECRET)["error"], "InvalidSignatureException")
        self.assertIn("arn", self.boto(server, "AKIATESTTWO", "rotated"))
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as plain:
            with self.context().wrap_socket(plain, server_hostname="localhost") as secured:
                self.assertIn(((("commonName", "renewed"),),), (secured.getpeercert()["subject"],))
        # What cannot be read changes nothing.
        (self.folder / "server.pem").write_text("nothing")
        (self.folder / "secret.txt").unlink()
        server.signal(signal.SIGHUP)
        while sum("cannot reload" in line for line in server.errors) < 2:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)
        self.assertIn("arn", self.boto(server, "AKIATESTTWO", "rotated"))

    def test_beyond_loopback_only_with_keys_and_tls(self):
        self.authority()
        self.certificate()
        tls = ("--tls-certificate", "server.pem", "--tls-key", "server.key")
        self.refused("--listen", "0.0.0.0:0", says="--tls-certificate and --tls-key")
        self.refused("--listen", "0.0.0.0:0", *tls[:2], says="TLS needs both")
        self.refused("--admin", "0.0.0.0:0", says="metrics and health are served there")
        server = self.serve("--listen", "0.0.0.0:0", *tls, env=self.env)
        self.assertEqual(server.url, f"https://0.0.0.0:{server.port}")
        self.assertIn("arn", self.boto(server, "AKIATESTONE", SECRET, url=f"https://127.0.0.1:{server.port}"))
        self.assertEqual(server.stop(), 0)
        server = self.serve("--listen", "0.0.0.0:0", "--insecure-http", env=self.env)
        self.assertIn("arn", self.node(server, "AKIATESTONE", SECRET, url=f"http://127.0.0.1:{server.port}"))
        self.assertEqual(server.stop(), 0)
        self.write("weft.yaml", "{}")
        self.refused("--listen", "0.0.0.0:0", *tls, says="auth.keys in weft.yaml")
        self.refused("--listen", "0.0.0.0:0", "--insecure-http", says="auth.keys in weft.yaml")

    def test_mistakes_are_named_and_no_secret_is(self):
        self.env.pop("TEST_TOKEN")
        self.refused(says="weft.yaml:12:7: the variable TEST_TOKEN is not set")
        self.env["TEST_TOKEN"] = TOKEN
        (self.folder / "secret.txt").unlink()
        self.refused(says="weft.yaml:8:7: cannot read 'secret.txt'")
        self.write("secret.txt", FILE_SECRET)
        self.authority()
        self.certificate()
        self.certificate("other")
        self.refused("--tls-certificate", "server.pem", "--tls-key", "other.key",
                     says="'other.key' holds no private key for 'server.pem': key values mismatch")
        self.refused("--tls-certificate", "none.pem", "--tls-key", "server.key",
                     says="cannot read the certificate 'none.pem': No such file")
        self.refused("--tls-certificate", "secret.txt", "--tls-key", "server.key",
                     says="'secret.txt' holds no certificate")
        self.write("weft.yaml", "auth: {keys: []}")
        self.refused(says="weft.yaml:1:1: auth needs keys")
        for text, says in (("server: {lisen: 1}", "unknown field 'lisen' in server; did you mean 'listen'?"),
                           ("auth:\n  keys:\n    - {id: A, secret: s}", "unknown field 'secret' in auth.keys[]"),
                           ("auth: {keys: [{id: A, secret_env: 'a b'}]}", "not the secret itself"),
                           ("auth: {keys: [{id: A, secret_env: X}, {id: A, secret_env: X}]}", "there twice"),
                           ("log: {level: loud}", "'loud' is no level"), ("server: {tls: {key: k}}", "needs both")):
            self.write("weft.yaml", text)
            self.refused(says=says)


if __name__ == "__main__":
    weft.main()

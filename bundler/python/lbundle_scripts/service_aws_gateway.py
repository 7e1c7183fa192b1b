"""The network around the stand-in for AWS: HTTP, HTTPS for every name, and the name server that leads clients there.

Clients that ignore AWS_ENDPOINT_URL (boto3 before 1.28, the AWS SDK for JavaScript 2, and a client with an endpoint of its own) ask for
sqs.eu-west-2.amazonaws.com or BUCKET.s3.amazonaws.com. A hosts file has no wildcards, and a bucket's name is known at run time only,
so a name server answers. For the same reason the certificate is made when a client names the host (SNI): a wildcard stands for one
label, and a bucket's name may have several. Rejected: patches of each SDK's modules, which a bundle would have to be run without.
"""
import datetime
import os
import socket
import ssl
import struct
import threading

HTTPS_PORT = 443
NAME_PORT = 53
LOOPBACK = "127.0.0.1"
# Names that AWS's endpoints end in. Source: partitions.json of botocore 1.42, dnsSuffix and dualStackDnsSuffix.
SUFFIXES = ("amazonaws.com", "amazonaws.com.cn", "api.aws", "api.amazonwebservices.com.cn")

TYPE_A = 1
NO_SUCH_NAME = 3


def serve_http(application, port):
    in_thread(make_server(application, port))


def serve_https(application, certificate):
    """Writes the authority's certificate to the file `certificate`, then serves."""
    authority = Authority()
    server = make_server(application, HTTPS_PORT)
    context = authority.context_for("amazonaws.com")
    context.sni_callback = authority.choose
    # The handshake is made by the connection's own thread, so a slow client holds up no other one.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.ssl_context = context
    with open(certificate, "wb") as file:
        file.write(authority.certificate_text())
    in_thread(server)


def make_server(application, port):
    from moto.server import MotoRequestHandler
    from werkzeug.serving import make_server as make

    class Handler(MotoRequestHandler):
        def handle_expect_100(self):
            # werkzeug itself sends the line. A second one would make the AWS SDK for JavaScript 3 send the body twice.
            return True

    server = make(LOOPBACK, port, application, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    return server


def in_thread(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()


class Authority:
    """An authority that only this sandbox knows. Its key is never written anywhere."""

    def __init__(self):
        self._key = new_key()
        self._name = "lbundle's stand-in for AWS"
        self._certificate = sign(self._name, self._key, self._name, self._key, names=None)
        self._contexts = {}
        self._lock = threading.Lock()

    def certificate_text(self):
        from cryptography.hazmat.primitives.serialization import Encoding

        return self._certificate.public_bytes(Encoding.PEM)

    def choose(self, connection, host, _):
        """Gives a connection the certificate for the host that it asks for."""
        if host:
            with self._lock:
                if host not in self._contexts:
                    self._contexts[host] = self.context_for(host)
                connection.context = self._contexts[host]

    def context_for(self, host):
        """Returns a context with a certificate for `host`. ssl reads it from files alone, so it gets one that exists only in memory."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        key = new_key()
        certificate = sign(host[:64], key, self._name, self._key, names=[host])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with os.fdopen(os.memfd_create("certificate"), "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM))
            file.flush()
            context.load_cert_chain("/proc/self/fd/%d" % file.fileno())
        return context


def new_key():
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def sign(subject, key, issuer, issuer_key, names):
    """Returns a certificate for `names`, or that of an authority if there are none."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    builder = (x509.CertificateBuilder().subject_name(named(subject)).issuer_name(named(issuer)).public_key(key.public_key())
               .serial_number(x509.random_serial_number()).not_valid_before(datetime.datetime(2000, 1, 1))
               .not_valid_after(datetime.datetime(2099, 1, 1))
               .add_extension(x509.BasicConstraints(ca=names is None, path_length=None), critical=True)
               .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
               .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False))
    if names is None:
        usage = x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
                              data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False)
        builder = builder.add_extension(usage, critical=True)
    else:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def named(text):
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def serve_names():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((LOOPBACK, NAME_PORT))

    def serve():
        while True:
            question, client = server.recvfrom(4096)
            reply = answer_to(question)
            if reply:
                server.sendto(reply, client)

    threading.Thread(target=serve, daemon=True).start()


def is_known(name):
    return name == "localhost" or any(name == suffix or name.endswith("." + suffix) for suffix in SUFFIXES)


def answer_to(question):
    """Returns the reply to a question for one name (RFC 1035); nothing if that is not what it is."""
    if len(question) < 12 or question[4:6] != b"\0\1":
        return None
    labels, at = [], 12
    while at < len(question) and question[at]:
        length = question[at]
        labels.append(question[at + 1:at + 1 + length].decode("latin-1").lower())
        at += 1 + length
    at += 1
    if at + 4 > len(question):
        return None
    known = is_known(".".join(labels))
    kind = struct.unpack(">H", question[at:at + 2])[0]
    has_address = known and kind == TYPE_A
    # A response, recursion is available.
    flags = 0x8180 | (0 if known else NO_SUCH_NAME)
    reply = question[:2] + struct.pack(">HHHHH", flags, 1, int(has_address), 0, 0) + question[12:at + 4]
    if has_address:
        reply += b"\xc0\x0c" + struct.pack(">HHIH", TYPE_A, 1, 60, 4) + socket.inet_aton(LOOPBACK)
    return reply

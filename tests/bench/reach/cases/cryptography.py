# pip: cryptography pyjwt paramiko
from cryptography.fernet import Fernet


def train():
    key = Fernet(b"A" * 43 + b"=")
    token = key.encrypt(b"secret")
    return key.decrypt(token).decode()


def rsa_signature():
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signature = key.sign(b"m", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    key.public_key().verify(signature, b"m", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return len(signature)


def elliptic_exchange():
    from cryptography.hazmat.primitives.asymmetric import ec
    a, b = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    return a.exchange(ec.ECDH(), b.public_key()) == b.exchange(ec.ECDH(), a.public_key())


def ed25519():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    return len(Ed25519PrivateKey.generate().sign(b"a"))


def certificate():
    import datetime
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    day = datetime.datetime(2024, 1, 1)
    built = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
             .not_valid_before(day).not_valid_after(day.replace(year=2030)).sign(key, hashes.SHA256()))
    return x509.load_pem_x509_certificate(built.public_bytes(serialization.Encoding.PEM)).subject.rfc4514_string()


def password():
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    return Scrypt(salt=b"s" * 16, length=16, n=2 ** 10, r=8, p=1).derive(b"x").hex()


def aes_gcm():
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
    return [AESGCM(b"k" * 32).encrypt(b"n" * 12, b"d", b"").hex(), ChaCha20Poly1305(b"k" * 32).encrypt(b"n" * 12, b"d", b"").hex()]


def aes_cbc_and_padding():
    from cryptography.hazmat.primitives import padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(b"k" * 16), modes.CBC(b"i" * 16)).encryptor()
    return (encryptor.update(padder.update(b"text") + padder.finalize()) + encryptor.finalize()).hex()


def pkcs12():
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12 as p
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return p.load_key_and_certificates(p.serialize_key_and_certificates(b"n", key, None, None, NoEncryption()), None)[0].key_size


def ssh_key():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    text = Ed25519PrivateKey.generate().public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return type(serialization.load_ssh_public_key(text)).__name__


def one_time_password():
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.hotp import HOTP
    return HOTP(b"k" * 20, 6, SHA1()).generate(0).decode()


def web_token():
    import jwt
    return jwt.decode(jwt.encode({"a": 1}, "k" * 32, algorithm="HS256"), "k" * 32, algorithms=["HS256"])


def web_token_rsa():
    import jwt
    from cryptography.hazmat.primitives.asymmetric import rsa
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.decode(jwt.encode({"a": 1}, key, algorithm="RS256"), key.public_key(), algorithms=["RS256"])


def ssh_client():
    import paramiko
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    try:
        client.connect("127.0.0.1", port=9, timeout=1)
    except Exception as error:
        return [type(error).__name__, len(paramiko.RSAKey.generate(2048).get_base64()) > 100]

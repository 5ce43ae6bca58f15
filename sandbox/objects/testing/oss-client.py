"""An independent client of OSS and STS: Alibaba Cloud's published signature algorithms in Python's standard library.

Reads the object server's facts as JSON from standard input, works through every kind of signature, and prints a line
beginning with "ok" for each; anything unexpected ends it with a traceback.
"""

import base64
import hashlib
import hmac
import http.client
import json
import ssl
import sys
import time
import urllib.parse
import uuid
import xml.etree.ElementTree as xml
from email.utils import formatdate

FACTS = json.load(sys.stdin)
BUCKET = FACTS["bucket"]
REGION = FACTS["region"]
KEY = (FACTS["accessKeyId"], FACTS["accessKeySecret"], None)

quote = lambda text: urllib.parse.quote(text, safe="-._~")
quote_path = lambda text: urllib.parse.quote(text, safe="-._~/")


def send(endpoint, method, target, headers, body=b"", host=None):
    url = urllib.parse.urlsplit(endpoint)
    if url.scheme == "https":
        context = ssl.create_default_context(cadata=FACTS["caPem"])
        connection = http.client.HTTPSConnection("localhost", url.port, context=context, timeout=20)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=20)
    wire = {name: value.encode() for name, value in headers.items()}
    connection.request(method, target, body=body, headers={**wire, **({"Host": host} if host else {})})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content


def code_of(content):
    return xml.fromstring(content).findtext("Code")


def hmac_sha(kind, key, text):
    return hmac.new(key, text.encode(), kind).digest()


# --- OSS, V1 ---------------------------------------------------------------------------------------------------------

def v1_text(method, resource, date, headers):
    own = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()) if name.startswith("x-oss-"))
    return "\n".join([method, headers.get("content-md5", ""), headers.get("content-type", ""), date, own + resource])


def v1_header(method, key, headers=None, body=b"", sub="", credentials=KEY, endpoint=None, at=None):
    access_key, secret, token = credentials
    headers = {**(headers or {}), "date": formatdate(at or time.time(), usegmt=True)}
    if token:
        headers["x-oss-security-token"] = token
    text = v1_text(method, f"/{BUCKET}/{key}" + (f"?{sub}" if sub else ""), headers["date"], headers)
    signature = base64.b64encode(hmac_sha("sha1", secret.encode(), text)).decode()
    headers["authorization"] = f"OSS {access_key}:{signature}"
    target = "/" + quote_path(key) + (f"?{sub}" if sub else "")
    return send(endpoint or FACTS["httpEndpoint"], method, target, headers, body, host=f"{BUCKET}.localhost")


def v1_address(method, key, expires, body=b"", credentials=KEY):
    access_key, secret, token = credentials
    sub = f"?security-token={token}" if token else ""
    text = v1_text(method, f"/{BUCKET}/{key}{sub}", str(expires), {})
    query = {"OSSAccessKeyId": access_key, "Expires": str(expires)}
    query["Signature"] = base64.b64encode(hmac_sha("sha1", secret.encode(), text)).decode()
    if token:
        query["security-token"] = token
    return send(FACTS["httpEndpoint"], method, f"/{BUCKET}/{quote_path(key)}?{urllib.parse.urlencode(query)}", {}, body)


# --- OSS, V4 ---------------------------------------------------------------------------------------------------------

def v4_signature(secret, method, key, query, headers, extra, timestamp, region):
    line = "&".join(quote(name) + (f"={quote(value)}" if value else "") for name, value in sorted(query.items(), key=lambda pair: quote(pair[0])))
    signed = {name: value for name, value in headers.items() if name in ("content-type", "content-md5") or name.startswith("x-oss-") or name in extra}
    canonical = "\n".join([
        method,
        quote_path(f"/{BUCKET}/{key}"),
        line,
        "".join(f"{name}:{value.strip()}\n" for name, value in sorted(signed.items())),
        ";".join(sorted(extra)),
        headers.get("x-oss-content-sha256", "UNSIGNED-PAYLOAD"),
    ])
    scope = [timestamp[:8], region, "oss", "aliyun_v4_request"]
    text = "\n".join(["OSS4-HMAC-SHA256", timestamp, "/".join(scope), hashlib.sha256(canonical.encode()).hexdigest()])
    signing = ("aliyun_v4" + secret).encode()
    for part in scope:
        signing = hmac_sha("sha256", signing, part)
    return hmac_sha("sha256", signing, text).hex()


def v4_timestamp(at=None):
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at or time.time()))


def v4_header(method, key, headers=None, body=b"", query=None, extra=(), credentials=KEY, endpoint=None, region=REGION, at=None):
    access_key, secret, token = credentials
    query = query or {}
    timestamp = v4_timestamp(at)
    host = f"{BUCKET}.oss-{REGION}.aliyuncs.com"
    headers = {**(headers or {}), "x-oss-date": timestamp, "x-oss-content-sha256": "UNSIGNED-PAYLOAD", "host": host}
    if token:
        headers["x-oss-security-token"] = token
    signature = v4_signature(secret, method, key, query, headers, extra, timestamp, region)
    more = f"AdditionalHeaders={';'.join(sorted(extra))}," if extra else ""
    headers["authorization"] = f"OSS4-HMAC-SHA256 Credential={access_key}/{timestamp[:8]}/{region}/oss/aliyun_v4_request,{more}Signature={signature}"
    del headers["host"]
    line = "&".join(quote(name) + (f"={quote(value)}" if value else "") for name, value in query.items())
    return send(endpoint or FACTS["httpEndpoint"], method, "/" + quote_path(key) + (f"?{line}" if line else ""), headers, body, host=host)


def v4_address(method, key, seconds, body=b"", credentials=KEY, at=None):
    access_key, secret, token = credentials
    timestamp = v4_timestamp(at)
    query = {
        "x-oss-signature-version": "OSS4-HMAC-SHA256",
        "x-oss-credential": f"{access_key}/{timestamp[:8]}/{REGION}/oss/aliyun_v4_request",
        "x-oss-date": timestamp,
        "x-oss-expires": str(seconds),
    }
    if token:
        query["x-oss-security-token"] = token
    query["x-oss-signature"] = v4_signature(secret, method, key, query, {}, (), timestamp, REGION)
    line = "&".join(f"{quote(name)}={quote(value)}" for name, value in query.items())
    return send(FACTS["httpEndpoint"], method, f"/{BUCKET}/{quote_path(key)}?{line}", {}, body)


# --- STS -------------------------------------------------------------------------------------------------------------

def rpc(parameters, method="POST", credentials=KEY, nonce=None, at=None, endpoint=None):
    access_key, secret, token = credentials
    values = {
        "Format": "JSON",
        "Version": "2015-04-01",
        "AccessKeyId": access_key,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": nonce or str(uuid.uuid4()),
        "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at or time.time())),
        **parameters,
    }
    if token:
        values["SecurityToken"] = token
    canonical = "&".join(f"{quote(name)}={quote(value)}" for name, value in sorted(values.items()))
    values["Signature"] = base64.b64encode(hmac_sha("sha1", (secret + "&").encode(), f"{method}&%2F&{quote(canonical)}")).decode()
    line = urllib.parse.urlencode(values)
    if method == "GET":
        return send(endpoint or FACTS["stsHttpEndpoint"], "GET", "/?" + line, {})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return send(endpoint or FACTS["stsHttpEndpoint"], "POST", "/", form, line.encode())


def acs3(action, parameters, credentials=KEY, nonce=None):
    access_key, secret, token = credentials
    url = urllib.parse.urlsplit(FACTS["stsHttpsEndpoint"])
    headers = {
        "host": f"localhost:{url.port}",
        "x-acs-action": action,
        "x-acs-version": "2015-04-01",
        "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "x-acs-signature-nonce": nonce or uuid.uuid4().hex,
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
    }
    if token:
        headers["x-acs-security-token"] = token
    line = "&".join(f"{quote(name)}={quote(value)}" for name, value in sorted(parameters.items()))
    names = ";".join(sorted(headers))
    canonical = "\n".join(["POST", "/", line, "".join(f"{name}:{headers[name]}\n" for name in sorted(headers)), names, headers["x-acs-content-sha256"]])
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    headers["authorization"] = f"ACS3-HMAC-SHA256 Credential={access_key},SignedHeaders={names},Signature={hmac_sha('sha256', secret.encode(), text).hex()}"
    host = headers.pop("host")
    return send(FACTS["stsHttpsEndpoint"], "POST", "/" + (f"?{line}" if line else ""), headers, host=host)


# --- the work --------------------------------------------------------------------------------------------------------

def crc64(data):
    state = 0xFFFFFFFFFFFFFFFF
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = (state >> 1) ^ 0xC96C5795D7870F42 if state & 1 else state >> 1
    return state ^ 0xFFFFFFFFFFFFFFFF


assert crc64(b"123456789") == 0x995DC9BBDF1939FA

BODY = bytes(range(256)) * 8
NAME = "python/a b+c=&ü.bin"
MD5 = base64.b64encode(hashlib.md5(BODY).digest()).decode()
WRONG = (KEY[0], KEY[1] + "x", None)


def expect(answer, status, code=None):
    assert answer[0] == status, answer
    if code:
        assert code_of(answer[2]) == code, answer
        assert xml.fromstring(answer[2]).findtext("RequestId") == answer[1]["x-oss-request-id"]
    return answer


def round_trip(put, get, label):
    _, headers, _ = expect(put("PUT", NAME, body=BODY), 200)
    assert headers["x-oss-hash-crc64ecma"] == str(crc64(BODY)), headers
    assert headers["etag"] == f'"{hashlib.md5(BODY).hexdigest().upper()}"', headers
    _, _, content = expect(get("GET", NAME), 200)
    assert content == BODY
    print("ok", label)


round_trip(v1_header, v1_header, "V1 header")
round_trip(v4_header, v4_header, "V4 header")
soon = int(time.time()) + 60
round_trip(lambda *a, **k: v1_address(*a, soon, **k), lambda *a: v1_address(*a, soon), "V1 address")
round_trip(lambda *a, **k: v4_address(*a, 60, **k), lambda *a: v4_address(*a, 60), "V4 address")
https = lambda *a, **k: v4_header(*a, endpoint=FACTS["httpsEndpoint"], **k)
round_trip(https, https, "HTTPS")
expect(v4_header("GET", NAME, headers={"range": "bytes=1-2"}, extra=("host", "range")), 206)
print("ok additional headers")

for signed in (v1_header, v4_header):
    _, _, content = expect(signed("GET", NAME, credentials=WRONG), 403, "SignatureDoesNotMatch")
    assert xml.fromstring(content).findtext("StringToSign")
    expect(signed("GET", NAME, credentials=("LTAInobody", "x", None)), 403, "InvalidAccessKeyId")
    _, _, content = expect(signed("GET", NAME, at=time.time() - 16 * 60), 403, "RequestTimeTooSkewed")
    assert xml.fromstring(content).findtext("ServerTime")
    expect(signed("GET", NAME, at=time.time() + 16 * 60), 403, "RequestTimeTooSkewed")
    expect(signed("GET", NAME, at=time.time() - 14 * 60), 200)
expect(v1_address("GET", NAME, int(time.time()) - 5), 403, "AccessDenied")
expect(v4_address("GET", NAME, 10, at=time.time() - 60), 403, "AccessDenied")
expect(v4_header("GET", NAME, region="cn-shanghai"), 400, "InvalidArgument")
expect(send(FACTS["httpEndpoint"], "GET", f"/{BUCKET}/{quote_path(NAME)}", {}), 403, "AccessDenied")
print("ok refused signatures")

expect(v4_header("PUT", "python/md5", headers={"content-md5": MD5}, body=BODY), 200)
expect(v4_header("PUT", "python/md5", headers={"content-md5": MD5}, body=BODY[:-1]), 400, "InvalidDigest")
expect(v4_header("PUT", "python/md5", headers={"content-md5": "bm8="}, body=BODY), 400, "InvalidDigest")
expect(v4_header("PUT", "python/md5", headers={"x-oss-forbid-overwrite": "true"}, body=BODY), 409, "FileAlreadyExists")
assert expect(v4_header("GET", "python/md5"), 200)[2] == BODY
print("ok digests and forbidden overwriting")

_, _, content = expect(v4_header("GET", "", query={"list-type": "2", "prefix": "python/", "max-keys": "1", "encoding-type": "url"}), 200)
root = xml.fromstring(content)
assert urllib.parse.unquote(root.findtext("Contents/Key")) == NAME and root.findtext("IsTruncated") == "true"
more = {"list-type": "2", "prefix": "python/", "continuation-token": root.findtext("NextContinuationToken")}
for signed in (v4_header("GET", "", query=more), v1_header("GET", "", sub="continuation-token=" + more["continuation-token"])):
    assert [each.text for each in xml.fromstring(expect(signed, 200)[2]).iter("Key")]
print("ok lists")

for key in ("../../outside", "a/../../b", "..", ".", "a/./b"):
    for signed in (v1_header, v4_header):
        expect(signed("PUT", key, headers={"x-oss-meta-who": "ü"}, body=key.encode()), 200)
        _, headers, content = expect(signed("GET", key), 200)
        assert content == key.encode() and headers["x-oss-meta-who"].encode("latin-1").decode() == "ü", headers
    expect(v4_header("DELETE", key), 204)
print("ok keys like paths")

status, _, content = rpc({"Action": "GetCallerIdentity"})
identity = json.loads(content)
assert status == 200 and identity["IdentityType"] == "RAMUser" and identity["AccountId"] == FACTS["accountId"], content
assert rpc({"Action": "GetCallerIdentity"}, method="GET", endpoint=FACTS["stsHttpsEndpoint"])[0] == 200
assert json.loads(acs3("GetCallerIdentity", {})[2])["Arn"] == identity["Arn"]
status, _, content = rpc({"Action": "GetCallerIdentity", "Format": "XML"})
assert xml.fromstring(content).tag == "GetCallerIdentityResponse"
assert json.loads(rpc({"Action": "GetCallerIdentity"}, credentials=WRONG)[2])["Code"] == "SignatureDoesNotMatch"
assert json.loads(acs3("GetCallerIdentity", {}, credentials=WRONG)[2])["Code"] == "SignatureDoesNotMatch"
assert json.loads(rpc({"Action": "GetCallerIdentity"}, nonce="once")[2]).get("Code") is None
assert json.loads(rpc({"Action": "GetCallerIdentity"}, nonce="once")[2])["Code"] == "SignatureNonceUsed"
assert json.loads(rpc({"Action": "GetCallerIdentity"}, at=time.time() - 3600)[2])["Code"] == "InvalidTimeStamp.Expired"
print("ok STS signatures")

policy = json.dumps({"Version": "1", "Statement": [{"Effect": "Allow", "Action": ["oss:GetObject"], "Resource": [f"acs:oss:*:*:{BUCKET}/python/*"]}]})
role = {"RoleArn": FACTS["roleArn"], "RoleSessionName": "python", "DurationSeconds": "900", "Policy": policy}
for answer in (rpc({"Action": "AssumeRole", **role}), acs3("AssumeRole", role)):
    assert answer[0] == 200, answer
    given = json.loads(answer[2])["Credentials"]
    session = (given["AccessKeyId"], given["AccessKeySecret"], given["SecurityToken"])
    for get in (v1_header, v4_header, lambda *a, **k: v1_address(*a, soon, **k), lambda *a, **k: v4_address(*a, 60, **k)):
        assert expect(get("GET", NAME, credentials=session), 200)[2] == BODY
        expect(get("PUT", NAME, credentials=session, body=b"x"), 403, "AccessDenied")
        expect(get("GET", NAME, credentials=(session[0], session[1], "CAISnonsense")), 403, "InvalidSecurityToken")
        expect(get("GET", NAME, credentials=(session[0], session[1], None)), 403, "InvalidAccessKeyId")
    identity = json.loads(rpc({"Action": "GetCallerIdentity"}, credentials=session)[2])
    assert identity["IdentityType"] == "AssumedRoleUser" and identity["Arn"].endswith("/python"), identity
    assert json.loads(acs3("GetCallerIdentity", {}, credentials=session)[2])["RoleId"] == identity["RoleId"]
print("ok sessions")

for name in ("python/md5", NAME):
    expect(v1_header("DELETE", name), 204)
    expect(v4_header("GET", name), 404, "NoSuchKey")
print("ok all")

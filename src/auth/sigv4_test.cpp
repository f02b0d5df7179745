#include "auth/sigv4.h"

#include "encoding/hash.h"
#include "encoding/hex.h"

#include <doctest/doctest.h>

using namespace weft;
using namespace weft::auth;

namespace {

// AWS: the inputs of the published Signature Version 4 test suite and of the documentation's IAM
// example.
const Credentials example{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", {}};
const Scope suite{"us-east-1", "service", "20150830T123600Z"};

RequestToSign request(std::string method, std::string path, std::string query,
                      std::string_view body = {})
{
    RequestToSign out;
    out.method = std::move(method);
    out.path = std::move(path);
    out.query = std::move(query);
    out.headers = {{"Host", "example.amazonaws.com"}};
    out.payload_sha256_hex = encoding::sha256_hex(body);
    return out;
}

std::string signature_of(RequestToSign to_sign)
{
    const std::string authorization = sign(std::move(to_sign), example, suite).back().second;
    return authorization.substr(authorization.rfind('=') + 1);
}

std::string path_of(std::string path, PathForm form = PathForm::Normalised)
{
    const std::string text = canonical_request(request("GET", std::move(path), ""), form);
    const std::size_t begin = text.find('\n') + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

TEST_CASE("the documentation's IAM example, step by step")
{
    const Scope iam{"us-east-1", "iam", "20150830T123600Z"};
    RequestToSign list = request("GET", "/", "Action=ListUsers&Version=2010-05-08");
    list.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                    {"Host", "iam.amazonaws.com"},
                    {"X-Amz-Date", "20150830T123600Z"}};
    const std::string canonical = canonical_request(list);
    CHECK(canonical ==
          "GET\n/\nAction=ListUsers&Version=2010-05-08\n"
          "content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n"
          "x-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n"
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const std::string text = string_to_sign(iam, canonical);
    CHECK(text == "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
                  "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
    const std::string key = signing_key(example.secret_access_key, iam);
    CHECK(encoding::to_hex(key) ==
          "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    CHECK(signature(key, text) ==
          "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST_CASE("the published vectors")
{
    const SignedHeaders added = sign(request("GET", "/", ""), example, suite);
    REQUIRE(added.size() == 2);
    CHECK(added[0] == std::pair<std::string, std::string>("X-Amz-Date", "20150830T123600Z"));
    CHECK(added[1].second ==
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
          "SignedHeaders=host;x-amz-date, "
          "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    CHECK(signature_of(request("GET", "/", "Param2=value2&Param1=value1")) ==
          "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    CHECK(signature_of(request("POST", "/", "")) ==
          "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    RequestToSign form = request("POST", "/", "", "Param1=value1");
    form.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    CHECK(signature_of(std::move(form)) ==
          "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

TEST_CASE("a session token is a signed header")
{
    Credentials session = example;
    session.session_token = "token";
    const SignedHeaders added = sign(request("GET", "/", ""), session, suite);
    REQUIRE(added.size() == 3);
    CHECK(added[1] == std::pair<std::string, std::string>("X-Amz-Security-Token", "token"));
    CHECK(added[2].second.find("SignedHeaders=host;x-amz-date;x-amz-security-token,") !=
          std::string::npos);
}

TEST_CASE("paths are resolved and encoded once more, except S3's")
{
    CHECK(path_of("") == "/");
    CHECK(path_of("/example/..") == "/");
    CHECK(path_of("//example//") == "/example/");
    CHECK(path_of("/./a/../b") == "/b");
    CHECK(path_of("/../../a") == "/a");
    CHECK(path_of("/model/anthropic.claude-v2%3A1/invoke") ==
          "/model/anthropic.claude-v2%253A1/invoke");
    CHECK(path_of("/a//../b%20c", PathForm::AsSent) == "/a//../b%20c");
}

TEST_CASE("header values are trimmed, runs of spaces are one, equal names are joined")
{
    RequestToSign to_sign = request("GET", "/", "b=%7e&a=x%20y&a&c=%2f");
    to_sign.headers.emplace_back("My-Header", "  a   b  ");
    to_sign.headers.emplace_back("my-header", "c");
    CHECK(signed_header_names(to_sign.headers) == "host;my-header");
    const std::string text = canonical_request(to_sign);
    CHECK(text.find("\nmy-header:a b,c\n") != std::string::npos);
    CHECK(text.find("\na=&a=x%20y&b=~&c=%2F\n") != std::string::npos);
}

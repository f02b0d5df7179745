#include "auth/verify.h"

#include "auth/sigv4.h"
#include "encoding/hash.h"
#include "encoding/percent.h"
#include "encoding/timestamp.h"

#include <doctest/doctest.h>

using namespace weft;
using namespace weft::auth;

namespace {

constexpr const char* target = "AWSStepFunctions.ListStateMachines";
constexpr const char* mismatch_begins = "The request signature we calculated does not match";

const Keyring keys({{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", {}, "111122223333"},
                    {"ASIASESSION", "another secret", "the token", {}}});

const Timestamp noon = encoding::parse_timestamp("2015-08-30T12:36:00Z").value().time;

// A request that a test can spoil before it is verified.
struct Sent {
    std::string method = "POST";
    std::string target = "/";
    std::string body = "{}";
    SignedHeaders headers;

    tl::expected<Identity, Refusal> verified(Timestamp now = noon,
                                             const VerifyRules& rules = {"states"}) const
    {
        std::vector<std::pair<std::string_view, std::string_view>> views(headers.begin(),
                                                                         headers.end());
        return verify({method, target, body, views}, keys, now, rules);
    }
    Refusal refused(Timestamp now = noon, const VerifyRules& rules = {"states"}) const
    {
        const auto identity = verified(now, rules);
        REQUIRE_FALSE(identity.has_value());
        return identity.error();
    }
    void replace(std::string_view name, std::string value)
    {
        for (auto& [key, old] : headers)
            if (key == name) old = value;
    }
    void remove(std::string_view name)
    {
        std::erase_if(headers, [&](const auto& header) { return header.first == name; });
    }
    std::string& authorization()
    {
        for (auto& [key, value] : headers)
            if (key == "Authorization") return value;
        FAIL("not signed");
        return headers.front().second;
    }
};

Credentials credentials_of(std::string_view id)
{
    const AccessKey* key = keys.find(id);
    REQUIRE(key != nullptr);
    return {key->id, key->secret, key->session_token};
}

Sent signed_request(const Credentials& who, SignedHeaders extra = {},
                    std::string payload = encoding::sha256_hex("{}"),
                    const Scope& scope = {"eu-west-1", "states", "20150830T123600Z"})
{
    Sent sent;
    sent.headers = {{"Host", "weft.example:8083"}, {"X-Amz-Target", target}};
    sent.headers.insert(sent.headers.end(), extra.begin(), extra.end());
    RequestToSign to_sign;
    to_sign.method = "POST";
    to_sign.headers = sent.headers;
    to_sign.payload_sha256_hex = std::move(payload);
    const SignedHeaders added = sign(to_sign, who, scope);
    sent.headers.insert(sent.headers.end(), added.begin(), added.end());
    return sent;
}

Sent signed_request()
{
    return signed_request(credentials_of("AKIDEXAMPLE"));
}

// The presigned form, as a client makes it.
Sent presigned_request(int seconds)
{
    const Credentials who = credentials_of("AKIDEXAMPLE");
    const Scope scope{"us-east-1", "states", "20150830T123600Z"};
    RequestToSign to_sign;
    to_sign.method = "POST";
    to_sign.headers = {{"Host", "weft.example"}};
    to_sign.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" +
                    encoding::percent_encode(who.access_key_id + "/" + credential_scope(scope)) +
                    "&X-Amz-Date=" + scope.time + "&X-Amz-Expires=" + std::to_string(seconds) +
                    "&X-Amz-SignedHeaders=host";
    to_sign.payload_sha256_hex = encoding::sha256_hex("{}");
    const std::string made = signature(signing_key(who.secret_access_key, scope),
                                       string_to_sign(scope, canonical_request(to_sign)));
    Sent sent;
    sent.target = "/?" + to_sign.query + "&X-Amz-Signature=" + made;
    sent.headers = to_sign.headers;
    return sent;
}

}  // namespace

TEST_CASE("who signed: the key, its account, region and service of the scope")
{
    const auto identity = signed_request().verified();
    REQUIRE(identity.has_value());
    CHECK(identity->key->id == "AKIDEXAMPLE");
    CHECK(identity->key->account == "111122223333");
    CHECK(identity->region == "eu-west-1");
    CHECK(identity->service == "states");
}

TEST_CASE("the documentation's IAM example is verified")
{
    Sent sent;
    sent.method = "GET";
    sent.target = "/?Action=ListUsers&Version=2010-05-08";
    sent.body = "";
    sent.headers = {{"Host", "iam.amazonaws.com"},
                    {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                    {"X-Amz-Date", "20150830T123600Z"},
                    {"Authorization",
                     "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
                     "SignedHeaders=content-type;host;x-amz-date, "
                     "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"}};
    CHECK(sent.verified(noon, {}).has_value());
    CHECK(sent.refused(noon, {"states"}).message ==
          "Credential should be scoped to correct service: 'states'.");
    sent.authorization().back() = '6';
    CHECK(sent.refused(noon, {}).message.starts_with(mismatch_begins));
}

TEST_CASE("whatever is changed after signing is noticed")
{
    const auto spoiled = [](auto spoil) {
        Sent sent = signed_request();
        spoil(sent);
        const Refusal refusal = sent.refused();
        CHECK(refusal.what == Refused::InvalidSignature);
        CHECK(refusal.message.starts_with(mismatch_begins));
    };
    spoiled([](Sent& sent) { sent.body = "{ }"; });
    spoiled([](Sent& sent) { sent.method = "PUT"; });
    spoiled([](Sent& sent) { sent.target = "/other"; });
    spoiled([](Sent& sent) { sent.target = "/?a=b"; });
    spoiled([](Sent& sent) { sent.replace("Host", "elsewhere.example"); });
    spoiled([](Sent& sent) { sent.replace("X-Amz-Target", "AWSStepFunctions.StopExecution"); });
    spoiled([](Sent& sent) { sent.replace("X-Amz-Date", "20150830T123601Z"); });
    spoiled([](Sent& sent) { sent.authorization().back() ^= 1; });
    spoiled([](Sent& sent) { sent.authorization().pop_back(); });
    // A second header of a signed name would be read by somebody.
    spoiled([](Sent& sent) { sent.headers.emplace_back("x-amz-target", target); });
}

TEST_CASE("header names count without case, spaces around parameters do not")
{
    Sent sent = signed_request();
    for (auto& [name, value] : sent.headers)
        if (name != "Authorization")
            for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    CHECK(sent.verified().has_value());
    std::string& authorization = sent.authorization();
    for (std::size_t at = 0; (at = authorization.find(", ", at)) != std::string::npos;)
        authorization.replace(at, 2, ",");
    CHECK(sent.verified().has_value());
}

TEST_CASE("the wrong secret, an unknown key")
{
    CHECK(signed_request({"AKIDEXAMPLE", "wrong", {}}).refused().what == Refused::InvalidSignature);
    CHECK(signed_request({"AKIDNOBODY", "any", {}}).refused() ==
          Refusal{Refused::UnrecognizedClient,
                  "The security token included in the request is invalid."});
}

TEST_CASE("a session token must be the key's own")
{
    CHECK(signed_request(credentials_of("ASIASESSION")).verified().has_value());
    CHECK(signed_request({"ASIASESSION", "another secret", "not the token"}).refused().what ==
          Refused::UnrecognizedClient);
    CHECK(signed_request({"ASIASESSION", "another secret", {}}).refused().what ==
          Refused::UnrecognizedClient);
    Credentials long_term = credentials_of("AKIDEXAMPLE");
    long_term.session_token = "of nobody";
    CHECK(signed_request(long_term).refused().what == Refused::UnrecognizedClient);
}

TEST_CASE("a signature holds for five minutes around its time")
{
    const Sent sent = signed_request();
    CHECK(sent.verified(noon + Seconds(300)).has_value());
    CHECK(sent.verified(noon - Seconds(300)).has_value());
    CHECK(sent.refused(noon + Seconds(301)) ==
          Refusal{Refused::InvalidSignature, "Signature expired: 20150830T123600Z is now earlier "
                                             "than 20150830T123601Z (20150830T124101Z - 5 min.)"});
    CHECK(sent.refused(noon - Seconds(301)).message ==
          "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z "
          "(20150830T123059Z + 5 min.)");
    CHECK(sent.verified(noon + Seconds(900), {"states", Seconds(900)}).has_value());
}

TEST_CASE("payloads: hashed, or declared as not signed")
{
    const Credentials who = credentials_of("AKIDEXAMPLE");
    Sent open =
        signed_request(who, {{"X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"}}, "UNSIGNED-PAYLOAD");
    CHECK(open.verified().has_value());
    open.body = R"({"any": "thing"})";
    CHECK(open.verified().has_value());
    // The header must be signed for that to count.
    Sent added = signed_request();
    added.headers.emplace_back("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
    CHECK(added.verified().has_value());
    added.body = R"({"any": "thing"})";
    CHECK(added.refused().message.starts_with(mismatch_begins));
    const std::string streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    CHECK(signed_request(who, {{"X-Amz-Content-Sha256", streaming}}, streaming)
              .refused()
              .message.find("STREAMING") != std::string::npos);
    // One that declares another body than it has.
    const std::string other = encoding::sha256_hex("other");
    CHECK(signed_request(who, {{"X-Amz-Content-Sha256", other}}, other).refused().what ==
          Refused::InvalidSignature);
}

TEST_CASE("requests that are not signed, or not to the end")
{
    Sent sent;
    sent.headers = {{"Host", "a"}};
    CHECK(sent.refused() ==
          Refusal{Refused::MissingAuthentication, "Missing Authentication Token"});
    const auto incomplete = [](auto spoil, std::string_view text) {
        Sent spoiled = signed_request();
        spoil(spoiled);
        const Refusal refusal = spoiled.refused();
        CHECK(refusal.what == Refused::IncompleteSignature);
        CHECK(refusal.message.find(text) != std::string::npos);
    };
    incomplete([](Sent& s) { s.authorization() = "Bearer abc"; }, "must begin with");
    incomplete([](Sent& s) { s.authorization() = "AWS4-HMAC-SHA256 a=b"; },
               "requires 'Credential' parameter. Authorization header requires 'Signature'");
    incomplete([](Sent& s) { s.remove("X-Amz-Date"); }, "either a 'X-Amz-Date' or a 'Date'");
    incomplete([](Sent& s) { s.replace("X-Amz-Date", "2015-08-30T12:36:00Z"); }, "basic format");
    incomplete([](Sent& s) { s.replace("X-Amz-Date", "20150231T123600Z"); }, "basic format");
    incomplete([](Sent& s) { s.authorization().replace(s.authorization().find("/eu"), 3, "_eu"); },
               "exactly 5 slash-delimited elements");
    incomplete([](Sent& s) { s.authorization() += ", Signature=0"; }, "twice");
    incomplete([](Sent& s) { s.authorization() += ", Other=0"; }, "unknown");
    incomplete([](Sent& s) { s.headers.emplace_back("authorization", s.authorization()); },
               "signed once");
    incomplete(
        [](Sent& s) {
            std::string& text = s.authorization();
            text.replace(text.find("=host;"), 6, "=host;host;");
        },
        "each header once");
}

TEST_CASE("scopes that cannot be")
{
    const Credentials who = credentials_of("AKIDEXAMPLE");
    const std::string payload = encoding::sha256_hex("{}");
    CHECK(signed_request(who, {}, payload, {"eu_west", "states", "20150830T123600Z"})
              .refused()
              .message == "Credential should be scoped to a valid region, not 'eu_west'.");
    Sent other_day = signed_request();
    std::string& text = other_day.authorization();
    text.replace(text.find("20150830"), 8, "20150829");
    CHECK(other_day.refused().message ==
          "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
          "HTTP: '20150829' != '20150830', from '20150830T123600Z'.");
    Sent other_end = signed_request();
    std::string& ended = other_end.authorization();
    ended.replace(ended.find("aws4_request"), 12, "aws5_request");
    CHECK(other_end.refused().message.find("valid terminator") != std::string::npos);
}

TEST_CASE("host and the target must be signed")
{
    const auto without = [](std::string_view name) {
        Sent sent = signed_request();
        std::string& text = sent.authorization();
        const std::string part = std::string(name) + ";";
        const std::size_t found = text.find(part);
        if (found != std::string::npos) {
            text.erase(found, part.size());
        } else {
            const std::size_t last = text.find(";" + std::string(name));
            text.erase(last, name.size() + 1);
        }
        return sent.refused().message;
    };
    CHECK(without("host") ==
          "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    CHECK(without("x-amz-target") ==
          "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
}

TEST_CASE("presigned requests hold until they expire")
{
    const Sent sent = presigned_request(3'600);
    const auto identity = sent.verified();
    REQUIRE(identity.has_value());
    CHECK(identity->region == "us-east-1");
    CHECK(sent.verified(noon + Seconds(3'600)).has_value());
    CHECK(sent.refused(noon + Seconds(3'601)).message ==
          "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z "
          "(20150830T133601Z - 3600 sec.)");
    CHECK(sent.refused(noon - Seconds(301)).what == Refused::InvalidSignature);

    Sent longer = presigned_request(60);
    longer.target.replace(longer.target.find("Expires=60"), 10, "Expires=61");
    CHECK(longer.refused().message.starts_with(mismatch_begins));
    CHECK(presigned_request(604'801).refused().what == Refused::IncompleteSignature);
    CHECK(presigned_request(0).refused().what == Refused::IncompleteSignature);

    Sent twice = sent;
    twice.target += "&X-Amz-Signature=0";
    CHECK(twice.refused().message == "The query holds 'X-Amz-Signature' more than once.");
    Sent both = sent;
    both.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=a");
    CHECK(both.refused().message.find("signed once") != std::string::npos);
    Sent none = sent;
    none.target.resize(none.target.find("&X-Amz-Signature"));
    CHECK(none.refused().message == "AWS query-string parameters must include 'X-Amz-Signature'.");
}

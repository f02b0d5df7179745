#include "server/keys.h"

#include "cli/text_file.h"

#include <algorithm>
#include <set>
#include <utility>

namespace weft::server {

namespace {

constexpr std::size_t keys_max = 1'000;
constexpr std::size_t secret_bytes_max = 16'384;

bool is_printable(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

Result<std::string> read_id(const mocks::Node& key)
{
    const auto node = key.find("id");
    if (!node) return key.fail("a key needs an id");
    std::string id = TRY(node->text("id"));
    const bool good = !id.empty() && id.size() <= 128 && is_printable(id) &&
                      id.find_first_of("/,=;") == std::string::npos;
    if (!good) return node->fail("an id has 1 to 128 letters and digits, as AKIAIOSFODNN7EXAMPLE");
    return id;
}

Result<std::string> read_key_account(const mocks::Node& node)
{
    if (!node.value().is_string())
        return node.fail("account must be a text of 12 digits, in quotes: '123456789012'");
    std::string account(node.value().as_string());
    const bool good = account.size() == 12 &&
                      std::ranges::all_of(account, [](char c) { return c >= '0' && c <= '9'; });
    if (!good) return node.fail("an account has 12 digits");
    return account;
}

Result<KeyConfig> read_key_config(const mocks::Node& node)
{
    if (!node.value().is_object()) return node.fail("a key is a mapping with id and secret_env");
    KeyConfig key;
    key.id = TRY(read_id(node));
    if (const auto account = node.find("account")) key.account = TRY(read_key_account(*account));
    std::optional<SecretPlace> secret = TRY(read_secret_place(node, "secret"));
    if (!secret)
        return node.fail(fmt::format("the key '{}' needs secret_env or secret_file", key.id));
    key.secret = *std::move(secret);
    key.session_token = TRY(read_secret_place(node, "session_token"));
    return key;
}

}  // namespace

Result<std::optional<SecretPlace>> read_secret_place(const mocks::Node& node, std::string_view name)
{
    const std::string env_name = fmt::format("{}_env", name);
    const std::string file_name = fmt::format("{}_file", name);
    const auto variable = node.find(env_name);
    const auto file = node.find(file_name);
    if (!variable && !file) return std::optional<SecretPlace>();
    if (variable && file)
        return file->fail(fmt::format("give {} or {}, not both", env_name, file_name));
    SecretPlace place;
    if (file) {
        place.file = TRY(file->text(file_name));
        place.place = file->place();
        if (place.file.empty()) return file->fail(fmt::format("{} is empty", file_name));
        return std::optional(std::move(place));
    }
    place.variable = TRY(variable->text(env_name));
    place.place = variable->place();
    const bool good = !place.variable.empty() && place.variable.size() <= 128 &&
                      std::ranges::all_of(place.variable, [](char c) {
                          return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                                 (c >= 'a' && c <= 'z');
                      });
    if (!good)
        return variable->fail(fmt::format(
            "{} must be the name of an environment variable, not the secret itself", env_name));
    return std::optional(std::move(place));
}

Result<std::string> fetch_secret(const SecretPlace& place, const gateway::Environment& environment,
                                 Spaces spaces)
{
    std::string secret;
    if (!place.file.empty()) {
        Result<std::string> text = cli::read_file(place.file, secret_bytes_max);
        if (!text) return fail(text.error().code, "{}: {}", place.place, text.error().message);
        secret = *std::move(text);
        while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
    } else {
        std::optional<std::string> value = environment(place.variable);
        if (!value)
            return fail(ErrorCode::InvalidInput, "{}: the variable {} is not set", place.place,
                        place.variable);
        secret = *std::move(value);
    }
    const bool spaced = spaces == Spaces::Allowed;
    const bool printable =
        spaced ? std::ranges::all_of(secret, [](char c) { return c >= 0x20 && c < 0x7f; })
               : is_printable(secret);
    if (secret.empty() || secret.size() > secret_bytes_max || !printable)
        return fail(
            ErrorCode::InvalidInput, "{}: {} '{}' must hold one line of printable characters{}",
            place.place, place.file.empty() ? "the variable" : "the file",
            place.file.empty() ? place.variable : place.file, spaced ? "" : " without spaces");
    return secret;
}

Result<std::vector<KeyConfig>> read_key_configs(const mocks::Node& node)
{
    if (!node.value().is_array()) return node.fail("keys are a list");
    if (node.value().size() > keys_max)
        return node.fail(fmt::format("there may be {} keys", keys_max));
    std::vector<KeyConfig> keys;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < node.value().size(); ++i) {
        keys.push_back(TRY(read_key_config(node.item(i))));
        if (!ids.insert(keys.back().id).second)
            return node.item(i).fail(fmt::format("the key '{}' is there twice", keys.back().id));
    }
    return keys;
}

Result<auth::Keyring> fetch_keys(const std::vector<KeyConfig>& configs,
                                 const gateway::Environment& environment)
{
    std::vector<auth::AccessKey> keys;
    for (const KeyConfig& config : configs) {
        auth::AccessKey key;
        key.id = config.id;
        key.account = config.account;
        key.secret = TRY(fetch_secret(config.secret, environment, Spaces::Refused));
        if (config.session_token)
            key.session_token =
                TRY(fetch_secret(*config.session_token, environment, Spaces::Refused));
        keys.push_back(std::move(key));
    }
    return auth::Keyring(std::move(keys));
}

}  // namespace weft::server
